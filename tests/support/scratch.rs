//! Runs of the program in a scratch folder.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A scratch folder with files in it.
pub struct Scratch {
    folder: TempDir,
}

/// What a run left behind.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Scratch {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let scratch = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (path, text) in files {
            scratch.write(path, text.as_bytes());
        }
        scratch
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders are made");
        fs::write(path, bytes).expect("a file is written");
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ndalias"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).output().expect("ndalias starts"))
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = ["check", "--output-format", "json"].iter().chain(arguments).copied().collect();
        serde_json::from_str(&self.run(&arguments).out).expect("the output is JSON")
    }
}

impl Run {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the output is UTF-8");
        Self { code: output.status.code().expect("an exit code"), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Asserts that the run failed and said why in one line that holds `words`.
    pub fn fails_with(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in: {}", self.err);
        }
    }
}
