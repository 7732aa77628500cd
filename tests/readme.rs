//! What the README shows is what the code does. `UPDATE_README=1 cargo test --test readme` writes it.
//!
//! Three things are made: the hazards table, the count of findings in `fixtures/`, and the output of each console block that begins
//! with `$ ndalias`, run where the README's first Python program lies as `rain.py`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use ndalias::hazard::{self, Group};

const TABLE: [&str; 2] = ["<!-- hazards: made by tests/readme.rs -->\n", "<!-- end of hazards -->\n"];
const PROGRAM: [&str; 2] = ["```python\n", "```\n"];
const COUNT: [&str; 2] = ["says last how many there are (", ")"];
const CONSOLE: [&str; 2] = ["```console\n$ ndalias ", "```\n"];

#[test]
fn the_readme_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let written = fs::read_to_string(&path).expect("there is a README");
    let (_, table, _) = between(&written, TABLE).expect("the README marks where the table stands");
    let (_, count, _) = between(&written, COUNT).expect("the README says how many findings there are");
    let current = written.replacen(table, &hazards_table(), 1).replacen(count, &count_of_findings(), 1);
    let current = with_outputs(&current);
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, current).expect("the README can be written");
        return;
    }
    assert_eq!(written, current, "run `UPDATE_README=1 cargo test --test readme`");
}

/// The hazards by group in their order, then by name.
fn hazards_table() -> String {
    let mut table = "| hazard | what happens | group | severity | fix |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for group in Group::ALL {
        for hazard in hazard::all().iter().filter(|hazard| hazard.meta.group == group) {
            let meta = hazard.meta;
            let fix = meta.fix.map_or("", |_| "yes");
            let (summary, severity) = (hazard.page().summary, meta.severity.name());
            let _ = writeln!(table, "| `{}` | {summary} | {} | {severity} | {fix} |", meta.name, group.name());
        }
    }
    table
}

/// The text with what each console block's command really prints.
fn with_outputs(text: &str) -> String {
    let (_, program, _) = between(text, PROGRAM).expect("the README shows a program");
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("rain.py"), program).expect("a file is written");
    let mut current = String::new();
    let mut rest = text;
    while let Some((before, block, after)) = between(rest, CONSOLE) {
        let command = block.lines().next().expect("a block has a line");
        let (output, _) = run(folder.path(), &command.split(' ').collect::<Vec<_>>());
        let _ = write!(current, "{before}{}{command}\n{}\n{}", CONSOLE[0], output.trim_end(), CONSOLE[1]);
        rest = after;
    }
    current + rest
}

/// How many findings the main job gives, as it says at its end.
fn count_of_findings() -> String {
    let (_, said) = run(Path::new(env!("CARGO_MANIFEST_DIR")), &["check", "fixtures"]);
    let line = said.lines().last().expect("it says how many");
    line.trim_start_matches("ndalias: ").split(" (").next().unwrap_or_default().to_owned()
}

/// What ndalias prints, and what it says besides.
fn run(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ndalias")).args(arguments).current_dir(folder).output();
    let output = output.expect("ndalias starts");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    (text(output.stdout), text(output.stderr))
}

/// What stands before, between and after the first two marks; the marks are in none of them.
fn between<'t>(text: &'t str, [begin, end]: [&str; 2]) -> Option<(&'t str, &'t str, &'t str)> {
    let (before, rest) = text.split_once(begin)?;
    let (inside, after) = rest.split_once(end)?;
    Some((before, inside, after))
}
