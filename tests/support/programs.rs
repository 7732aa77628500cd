//! Running programs on real NumPy: `tests/oracle/oracle.py` seen from Rust.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::venv;

/// A program: lines that make variables, then one expression (or statement) whose value is looked at.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Program {
    /// Any number that tells it from the others.
    pub id: usize,
    /// Lines that make variables.
    pub setup: String,
    /// The expression or statement.
    pub call: String,
    /// The qualified name of what `call` calls, to tell which variable is bound to which parameter.
    pub name: String,
    /// The last parts of every name that `call` may use for it.
    pub names: Vec<String>,
    /// The parameters of what `call` calls.
    pub params: Vec<ProgramParam>,
}

/// A parameter of what a program calls.
#[derive(Clone, Debug, Serialize)]
pub struct ProgramParam {
    /// Its name.
    pub name: String,
    /// `ParamKind` as text: `Either`, `KeywordOnly`.
    pub kind: String,
}

/// What a program did.
#[derive(Clone, Debug, Deserialize)]
pub struct Observed {
    /// That of the program.
    pub id: usize,
    /// The exception of the setup.
    pub setup_error: Option<String>,
    /// The class of the exception of the call, then its bases.
    pub raised: Option<Vec<String>>,
    /// That exception in words.
    pub message: Option<String>,
    /// `list`, `tuple` or `iterator`.
    pub container: Option<String>,
    /// Whether the container holds no list or tuple.
    #[serde(default)]
    pub flat: bool,
    /// The result, or the elements of the container (nested ones flattened).
    pub elements: Vec<Element>,
    /// Every variable of the setup.
    #[serde(default)]
    pub variables: BTreeMap<String, Variable>,
    /// The variables in the expression bound to each parameter; nothing where `call` has another form.
    #[serde(default)]
    pub bound: Option<BTreeMap<String, Vec<String>>>,
}

/// A result, or an element of one.
#[derive(Clone, Debug, Deserialize)]
pub struct Element {
    /// `array` (anything that gives access to memory), `scalar`, `text`, `value` or `none`.
    pub kind: String,
    /// Qualified name of its class.
    pub class: String,
    /// Variables that hold this very object.
    pub same: Vec<String>,
    /// Variables with which it has common memory.
    pub shares: Vec<String>,
    /// Of a masked array or one of objects: those with which its own memory is common, a mask and objects aside.
    #[serde(default)]
    pub data: Option<Vec<String>>,
    /// What Python prints of a scalar.
    pub repr: Option<String>,
    /// Flags and geometry, of an ndarray.
    #[serde(flatten)]
    pub array: Option<ArrayFacts>,
}

/// Flags and geometry of an ndarray.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "the names are NumPy's")]
#[allow(clippy::struct_excessive_bools, reason = "they are flags")]
pub struct ArrayFacts {
    pub owndata: bool,
    pub writeable: bool,
    pub c_contiguous: bool,
    pub f_contiguous: bool,
    pub overlaps: bool,
    pub dtype: String,
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
}

/// A variable of the setup.
#[derive(Clone, Debug, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a separate observation")]
pub struct Variable {
    /// Whether it is an ndarray.
    pub array: bool,
    /// Whether it is a masked array.
    #[serde(default)]
    pub masked: bool,
    /// Whether it is an array of objects.
    #[serde(default)]
    pub objects: bool,
    /// Whether it has arrays, and none of them has elements.
    #[serde(default)]
    pub empty: bool,
    /// Other variables with which it had common memory before the call.
    pub shares: Vec<String>,
    /// Whether it was read-only before the call.
    pub readonly: bool,
    /// Whether its elements shared memory with each other before the call.
    pub overlaps: bool,
    /// Whether its elements changed.
    #[serde(default)]
    pub written: bool,
    /// Whether memory of its base changed, elements or not.
    #[serde(default)]
    pub written_around: bool,
    /// Whether shape, dtype, strides or flags changed.
    #[serde(default)]
    pub metadata_written: bool,
}

/// Runs all programs in one process with this version of NumPy.
///
/// # Errors
///
/// One line that says what is missing, or which program ended the process.
pub fn run_cases(numpy: &str, programs: &[Program]) -> Result<Vec<Observed>, String> {
    let (observed, reason) = run_until_end(numpy, programs)?;
    match programs.get(observed.len()) {
        Some(program) => Err(format!("NumPy {numpy} ended at `{}` after `{}`: {reason}", program.call, program.setup)),
        None => Ok(observed),
    }
}

/// The same for programs of which some may end the process, as a drawn call of NumPy's matrices can: those give nothing.
///
/// # Errors
///
/// One line that says what is missing.
pub fn run_survivors(numpy: &str, programs: &[Program]) -> Result<Vec<Option<Observed>>, String> {
    let mut all = Vec::with_capacity(programs.len());
    while all.len() < programs.len() {
        let (observed, _) = run_until_end(numpy, &programs[all.len()..])?;
        all.extend(observed.into_iter().map(Some));
        if all.len() < programs.len() {
            all.push(None);
        }
    }
    Ok(all)
}

/// What the programs did up to the one that ended the process, if one did, and what the process said then.
fn run_until_end(numpy: &str, programs: &[Program]) -> Result<(Vec<Observed>, String), String> {
    let python = venv::python(numpy)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/oracle.py");
    let in_words = |error: std::io::Error| format!("cannot run {}: {error}", python.display());
    let mut command = Command::new(&python);
    command.arg("-I").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(in_words)?;
    let input = serde_json::to_vec(programs).map_err(|error| error.to_string())?;
    // The script reads everything before it writes anything, so this cannot block on its output.
    child.stdin.take().ok_or("no standard input")?.write_all(&input).map_err(in_words)?;
    let output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
    let mut observed: Vec<Observed> = Vec::with_capacity(programs.len());
    for line in output.lines() {
        let line = line.map_err(in_words)?;
        observed.push(serde_json::from_str(&line).map_err(|error| format!("{error} in {line}"))?);
    }
    let rest = child.wait_with_output().map_err(in_words)?;
    let reason = String::from_utf8_lossy(&rest.stderr);
    let reason = reason.trim().lines().last().unwrap_or("it said nothing").to_owned();
    Ok((observed, reason))
}
