//! The hazards table of the README is what the code says. `UPDATE_README=1 cargo test --test readme` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ndalias::hazard::{self, Group};

const BEGIN: &str = "<!-- hazards: made by tests/readme.rs -->\n";
const END: &str = "<!-- end of hazards -->\n";

/// The table: by group in their order, then by name.
fn table() -> String {
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

#[test]
fn the_hazards_table_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).expect("there is a README");
    let (before, rest) = text.split_once(BEGIN).expect("the README marks where the table begins");
    let (written, after) = rest.split_once(END).expect("the README marks where the table ends");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).expect("the README can be written");
        return;
    }
    assert_eq!(written, table(), "run `UPDATE_README=1 cargo test --test readme`");
}
