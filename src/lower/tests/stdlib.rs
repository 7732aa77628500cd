//! Lowering of the Python standard library, where a Python is installed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::lowered;
use crate::ir::{verify, write_module};
use crate::source::FileId;
use crate::syntax::parse;

/// The files of the standard library; none, with a line that says so, where there is no Python.
fn stdlib_files() -> Vec<PathBuf> {
    let program = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    let Ok(output) = Command::new("python3").args(["-c", program]).output() else {
        println!("skipped: no python3");
        return Vec::new();
    };
    let mut files = Vec::new();
    add_files(Path::new(String::from_utf8_lossy(&output.stdout).trim()), &mut files);
    files.sort();
    files
}

fn add_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "site-packages") {
            add_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
}

#[test]
fn standard_library_lowers_to_valid_code() {
    let (mut parsing, mut lowering, mut lines, mut bytes, mut files) = (Duration::ZERO, Duration::ZERO, 0, 0, 0);
    let (mut blocks, mut stmts, mut broken) = (0, 0, 0);
    for path in stdlib_files() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let start = Instant::now();
        let parsed = parse(&text);
        parsing += start.elapsed();
        let start = Instant::now();
        let module = super::super::lower(FileId(0), &parsed, &text);
        lowering += start.elapsed();
        let problems = verify(&module);
        assert!(problems.is_empty(), "{}: {problems:#?}", path.display());
        broken += usize::from(!parsed.errors.is_empty());
        let too_deep =
            parsed.errors.iter().find(|error| error.message.contains("nested") || error.message.contains("levels"));
        assert_eq!(too_deep, None, "{}", path.display());
        lines += text.lines().count();
        bytes += text.len();
        files += 1;
        for body in &module.bodies {
            blocks += body.blocks.len();
            stmts += body.blocks.iter().map(|block| block.stmts.len()).sum::<usize>();
        }
    }
    println!(
        "{files} files ({broken} with errors), {lines} lines, {bytes} bytes: parse {parsing:?}, lower {lowering:?}"
    );
    println!("{blocks} blocks, {stmts} statements");
}

/// A small generator of pseudo-random numbers, so that failures repeat.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }
}

/// What is put into texts to break them.
const PIECES: [&str; 40] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"\"\"",
    "f'{",
    "f\"\"\"",
    ":",
    "\n",
    "\n    ",
    "\n  ",
    " lambda ",
    " def f",
    "class ",
    " if ",
    "@",
    ":=",
    "*",
    "=",
    "async ",
    "\nmatch x:\n case ",
    "\\",
    "\u{e9}\u{1f600}",
    "x",
    ".",
    ",",
    " for x in ",
    " else ",
    "\ntry:\n ",
    "\nfinally:\n ",
    "\nexcept e as x:",
    " return ",
    "\nwith ",
    "\ndel ",
    " not ",
    " await ",
    "\r",
];

/// Text with some pieces cut out and some put in.
fn mangle(text: &str, random: &mut Random) -> String {
    let mut mangled = String::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = random.below(chars.len());
    let end = (at + 4000).min(chars.len());
    while at < end {
        let length = 1 + random.below(300);
        mangled.extend(&chars[at..(at + length).min(end)]);
        at += length + random.below(12);
        mangled.push_str(PIECES[random.below(PIECES.len())]);
    }
    mangled
}

#[test]
fn broken_files_lower_without_panic() {
    let mut random = Random(7);
    let files = stdlib_files();
    for _ in 0..if files.is_empty() { 0 } else { 600 } {
        let path = &files[random.below(files.len())];
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let text = mangle(&text, &mut random);
        assert!(!write_module(&lowered(&text)).is_empty());
    }
}

#[test]
fn random_pieces_lower_without_panic() {
    let mut random = Random(11);
    for _ in 0..2000 {
        let count = random.below(60);
        let text: String = (0..count).map(|_| PIECES[random.below(PIECES.len())]).collect();
        assert!(!write_module(&lowered(&text)).is_empty());
    }
}
