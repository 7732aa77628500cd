//! Where lines start, for looking up positions.

/// Byte offsets at which the lines of a text start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// The index of `text`. A line ends at `\n`, at `\r\n` and, as in Python, at a lone `\r`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                starts.push(offset(at + 1));
            }
        }
        Self { starts }
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// The 0-based line that holds `offset`.
    pub fn line_at(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// Where the 0-based `line` starts; the end of the last line where there is no such line.
    pub fn start(&self, line: usize, text: &str) -> u32 {
        self.starts.get(line).copied().unwrap_or_else(|| offset(text.len()))
    }
}

/// A length or index as an offset. Texts of 4 GiB and more are refused when they are read.
pub fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
