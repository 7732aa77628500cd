//! Virtual environments with one version of NumPy each, made on first use under `target/venv`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The versions of NumPy that rules and fixtures run on, oldest first.
pub const NUMPY_VERSIONS: [&str; 3] = ["1.26.4", "2.0.2", "2.4.6"];

/// The Python of an environment that has this version of NumPy.
///
/// Makes the environment if there is none yet. Test binaries that run at once wait for each other.
///
/// # Errors
///
/// One line that says what is missing on this machine.
pub fn python(numpy: &str) -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target folder")?.join("venv");
    let folder = root.join(format!("numpy-{numpy}"));
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok(python);
    }
    let in_words = |error: std::io::Error| format!("cannot write to {}: {error}", root.display());
    fs::create_dir_all(&root).map_err(in_words)?;
    // The lock goes with the file handle, also when the process dies.
    let lock = File::create(root.join(format!("numpy-{numpy}.lock"))).map_err(in_words)?;
    lock.lock().map_err(in_words)?;
    if !complete.exists() {
        make(&folder, &python, numpy)?;
        fs::write(&complete, numpy).map_err(in_words)?;
    }
    Ok(python)
}

fn make(folder: &Path, python: &Path, numpy: &str) -> Result<(), String> {
    let host = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    run(Command::new(&host).args(["-m", "venv", "--clear"]).arg(folder)).map_err(|reason| {
        format!("no environment for NumPy {numpy}: `{host} -m venv` needs Python 3.11 or 3.12 with venv ({reason})")
    })?;
    let package = format!("numpy=={numpy}");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", &package];
    run(Command::new(python).args(install)).map_err(|reason| {
        format!("no environment for NumPy {numpy}: `pip install {package}` needs the network ({reason})")
    })
}

/// Runs a command; its last line of output is the reason where it fails.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    Err(text.trim().lines().last().unwrap_or("it said nothing").to_owned())
}
