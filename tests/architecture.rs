//! The rules of the house, enforced: the order of modules, who may use which crate, sizes, and what lies where.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from left to right; each may name itself and those to its left.
const ORDER: [&str; 15] = [
    "source",
    "diagnostic",
    "rules",
    "syntax",
    "ir",
    "flow",
    "lower",
    "project",
    "alias",
    "hazard",
    "analysis",
    "report",
    "cli",
    "lsp",
    "main",
];

/// Modules that may name only these, whatever stands to their left.
const NARROW: [(&str, &[&str]); 2] = [
    ("report", &["report", "source", "diagnostic"]),
    (
        "lsp",
        &["lsp", "source", "diagnostic", "rules", "syntax", "ir", "lower", "project", "alias", "hazard", "analysis"],
    ),
];

/// Paths that only some modules may name.
const GUARDED: [(&str, &[&str]); 10] = [
    ("rustpython_", &["syntax", "lower"]),
    ("petgraph::", &["alias", "project"]),
    ("codespan_reporting::", &["report"]),
    ("lsp_types::", &["lsp"]),
    ("std::fs", &["source"]),
    ("ignore::", &["source"]),
    ("clap::", &["cli"]),
    ("indicatif::", &["cli"]),
    ("std::env", &["cli", "lsp"]),
    ("std::process", &["cli", "lsp", "main"]),
];

/// What may lie at the top.
const TOP: [&str; 23] = [
    ".ci",
    ".git",
    ".gitattributes",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "build.rs",
    "clippy.toml",
    "fixtures",
    "pyproject.toml",
    "rules",
    "rustfmt.toml",
    "schema",
    "src",
    "target",
    "tests",
];

const MOST_LINES_OF_A_FILE: usize = 400;
const MOST_LINES_OF_A_FUNCTION: usize = 100;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A Rust file of the project.
struct RustFile {
    /// Relative to the root.
    path: PathBuf,
    text: String,
}

impl RustFile {
    /// The top module: `source` for `src/source/file.rs` and for `src/source.rs`.
    fn module(&self) -> String {
        let path = self.path.strip_prefix("src").expect("only files under src have a module").with_extension("");
        let first = path.components().next().expect("a file has a name");
        first.as_os_str().to_string_lossy().into_owned()
    }

    /// How many times `super::` leads to the root of the crate.
    fn depth(&self) -> usize {
        let is_mod = self.path.file_name().is_some_and(|name| name == "mod.rs");
        self.path.components().count() - 1 - usize::from(is_mod)
    }

    /// The code that ships: without tests, comments and the insides of strings.
    fn code(&self) -> String {
        let is_test = self.path.iter().any(|part| part == "tests" || part == "tests.rs");
        let shipped = self.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        if is_test { String::new() } else { without_comments_and_strings(shipped) }
    }
}

/// Rust files below a folder, sorted.
fn rust_files(folder: &str) -> Vec<RustFile> {
    let mut files: Vec<RustFile> = all_files(&root().join(folder))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| RustFile {
            text: fs::read_to_string(&path).expect("Rust files are UTF-8"),
            path: path.strip_prefix(root()).expect("it lies in the project").to_owned(),
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Every file below a folder that git would see.
fn all_files(folder: &Path) -> Vec<PathBuf> {
    let walk = ignore::WalkBuilder::new(folder).hidden(false).filter_entry(|entry| entry.file_name() != ".git").build();
    let is_file = |entry: &ignore::DirEntry| entry.file_type().is_some_and(|kind| kind.is_file());
    walk.filter_map(Result::ok).filter(is_file).map(ignore::DirEntry::into_path).collect()
}

/// Blanks out what is not code, keeping line breaks.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        let mut chars = line.chars().peekable();
        let mut in_string = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' if in_string => {
                    chars.next();
                }
                '"' => in_string = !in_string,
                // A quote as a character, `'"'`, opens no string.
                '\'' if chars.peek() == Some(&'"') => {
                    chars.next();
                }
                '/' if !in_string && chars.peek() == Some(&'/') => break,
                c if !in_string => code.push(c),
                _ => {}
            }
        }
        code.push('\n');
    }
    code
}

/// What code names right after a prefix such as `crate::`, groups in braces taken apart.
fn named_after(prefix: &str, code: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            modules.insert(identifier(rest));
            continue;
        };
        let mut depth = 0_usize;
        let mut starts_item = true;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' => starts_item = true,
                c if depth == 0 && starts_item && !c.is_whitespace() => {
                    modules.insert(identifier(&group[at..]));
                    starts_item = false;
                }
                _ => {}
            }
        }
    }
    modules
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn position(module: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == module)
}

/// Fails with every complaint in a line of its own.
fn report(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn modules_name_only_those_to_their_left() {
    let mut complaints = Vec::new();
    for file in rust_files("src") {
        let module = file.module();
        if module == "lib" {
            continue;
        }
        let Some(place) = position(&module) else {
            complaints.push(format!("{}: `{module}` has no place in the order of modules", file.path.display()));
            continue;
        };
        if file.code().contains(&"super::".repeat(file.depth())) {
            complaints.push(format!("{}: reaches the root by `super`; write `crate`", file.path.display()));
        }
        let narrow = NARROW.iter().find(|(narrow, _)| *narrow == module).map(|(_, allowed)| *allowed);
        for named in named_after("crate::", &file.code()) {
            let is_to_the_left = position(&named).is_some_and(|named| named <= place);
            let is_allowed = narrow.is_none_or(|allowed| allowed.contains(&named.as_str()));
            // A name that is no module is a macro or an item of the crate root: there are none.
            if !is_to_the_left || !is_allowed {
                complaints.push(format!("{}: `{module}` may not name `{named}`", file.path.display()));
            }
        }
    }
    report(&complaints);
}

#[test]
fn crates_stay_where_they_belong() {
    let mut complaints = Vec::new();
    for file in rust_files("src") {
        let (module, code) = (file.module(), file.code());
        let of_std = named_after("std::", &code);
        for (guarded, allowed) in GUARDED {
            let starts_here = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            let is_named = match guarded.strip_prefix("std::") {
                Some(name) => of_std.contains(name),
                None => code.match_indices(guarded).any(|(at, _)| starts_here(at)),
            };
            if is_named && !allowed.contains(&module.as_str()) {
                complaints.push(format!("{}: `{guarded}` belongs in {}", file.path.display(), allowed.join(", ")));
            }
        }
    }
    report(&complaints);
}

#[test]
fn nothing_unfinished_ships() {
    // Printing macros panic when the reader of a pipe has gone; the others are left over from work.
    let banned = ["println!", "print!", "eprintln!", "eprint!", "dbg!", "todo!", "unimplemented!"];
    let mut complaints = Vec::new();
    for file in rust_files("src") {
        let code = file.code();
        let is_used = |name: &&&str| {
            code.match_indices(**name).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        let used = banned.iter().filter(is_used);
        complaints
            .extend(used.map(|name| format!("{}: `{name}` does not belong in shipped code", file.path.display())));
    }
    report(&complaints);
}

#[test]
fn files_open_with_what_they_hold_and_stay_short() {
    let mut complaints = Vec::new();
    for file in ["src", "tests", "benches"].into_iter().flat_map(rust_files) {
        let lines = file.text.lines().count();
        if lines > MOST_LINES_OF_A_FILE {
            complaints.push(format!("{}: {lines} lines, {MOST_LINES_OF_A_FILE} are the most", file.path.display()));
        }
        if !file.text.starts_with("//!") {
            complaints.push(format!("{}: does not open with `//!`", file.path.display()));
        }
    }
    report(&complaints);
}

#[test]
fn functions_stay_short() {
    let mut complaints = Vec::new();
    for file in ["src", "tests", "benches"].into_iter().flat_map(rust_files) {
        let lines: Vec<&str> = file.text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let head = line.trim_start();
            let words = head.split("fn ").next().unwrap_or_default();
            let is_function = head.contains("fn ") && words.split_whitespace().all(is_function_word);
            if !is_function || line.trim_end().ends_with(';') {
                continue;
            }
            // The code is formatted, so a function ends at a brace indented like its head.
            let close = format!("{}}}", &line[..line.len() - head.len()]);
            let length = lines[start..].iter().position(|line| *line == close).map_or(1, |end| end + 1);
            let has_reason = lines[start.saturating_sub(3)..start].iter().any(|line| line.contains("too_many_lines"));
            if length > MOST_LINES_OF_A_FUNCTION && !has_reason {
                let place = format!("{}:{}", file.path.display(), start + 1);
                complaints.push(format!("{place}: {length} lines, {MOST_LINES_OF_A_FUNCTION} are the most"));
            }
        }
    }
    report(&complaints);
}

fn is_function_word(word: &str) -> bool {
    word.starts_with("pub") || matches!(word, "const" | "async" | "unsafe" | "extern" | "in" | "super)" | "crate)")
}

#[test]
fn nothing_names_a_place_on_somebodys_machine() {
    // Put together here, so that this file does not name one itself.
    let places = ["home", "root", "work", "Users"].map(|folder| format!("/{folder}/"));
    let mut complaints = Vec::new();
    for path in all_files(root()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(place) = places.iter().find(|place| names_place(line, place)) {
                complaints.push(format!("{}:{}: names `{place}`", path.display(), number + 1));
            }
        }
    }
    report(&complaints);
}

/// Whether an absolute path in the line starts with `place`; `https://example.org/home/` is none.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}/*)".contains(c)))
}

#[test]
fn only_the_house_lies_at_the_top() {
    let entries = fs::read_dir(root()).expect("the project is a folder").filter_map(Result::ok);
    let names: BTreeSet<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let seen: BTreeSet<String> = all_files(root())
        .iter()
        .filter_map(|path| path.strip_prefix(root()).ok()?.components().next())
        .map(|first| first.as_os_str().to_string_lossy().into_owned())
        .collect();
    let complaints: Vec<String> = names
        .intersection(&seen)
        .filter(|name| !TOP.contains(&name.as_str()))
        .map(|name| format!("`{name}`"))
        .collect();
    report(&complaints);
}

#[test]
fn every_hazard_has_its_file_and_its_fixtures() {
    let mut complaints = Vec::new();
    let mut names = BTreeSet::new();
    for hazard in ndalias::hazard::all() {
        let name = hazard.meta.name;
        names.insert(name.to_owned());
        let is_kebab = name.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !name.starts_with('-');
        if !is_kebab {
            complaints.push(format!("`{name}` is not kebab-case without numbers"));
        }
        let file = format!("src/hazard/{}.rs", name.replace('-', "_"));
        for path in [file, format!("fixtures/hazards/{name}/bad.py"), format!("fixtures/hazards/{name}/ok.py")] {
            if !root().join(&path).is_file() {
                complaints.push(format!("`{name}` has no {path}"));
            }
        }
    }
    for file in rust_files("src/hazard").iter().filter(|file| file.text.starts_with("//! # ")) {
        let stem = file.path.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-");
        if !names.contains(&stem) {
            complaints.push(format!("{}: is not listed in src/hazard/mod.rs", file.path.display()));
        }
    }
    let fixtures = fs::read_dir(root().join("fixtures/hazards")).into_iter().flatten().filter_map(Result::ok);
    for folder in fixtures.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        if !names.contains(&folder) {
            complaints.push(format!("fixtures/hazards/{folder}: there is no such hazard"));
        }
    }
    report(&complaints);
}
