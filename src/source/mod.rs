//! Files and positions: the only part of ndalias that reads from disk.

mod decode;
mod discover;
mod file;
mod files;
mod lines;
mod notebook;
mod patterns;
mod scan;
mod system;

pub use discover::{Discovered, PathError, discover};
pub use file::{Cell, Position, Problem, SourceFile};
pub use files::Files;
pub use patterns::Patterns;
pub use scan::{Comment, comments};
pub use system::{Disk, FileSystem, Memory};

/// Index of a file in a table of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A half-open range of byte offsets into one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}
