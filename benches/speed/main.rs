//! How fast ndalias is, and whether a stage grows faster than the code it reads.
//!
//! `cargo bench` runs over the Python standard library, `cargo bench -- FOLDER...` or `NDALIAS_BENCH="FOLDER FOLDER"` over
//! others; `benches/fetch.sh` fetches two large ones. Then programs that grow in one way each: the time for one statement
//! should not depend on how many there are.

mod corpus;
mod growth;
mod machine;
mod programs;

use std::path::PathBuf;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let mut folders: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    if folders.is_empty() {
        let named = std::env::var("NDALIAS_BENCH").unwrap_or_default();
        folders = named.split_whitespace().map(PathBuf::from).collect();
    }
    if folders.is_empty() {
        folders.extend(machine::standard_library());
    }
    if folders.is_empty() {
        println!("no folder to read: name one, or install python3");
    }
    for folder in &folders {
        corpus::measure(folder);
    }
    growth::measure();
}
