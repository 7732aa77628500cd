//! Virtual environments with pinned libraries, made on first use under `target/venv`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The versions of NumPy that rules and fixtures run on with any Python, oldest first; each has an environment of its own.
const NUMPY_VERSIONS: [&str; 3] = ["1.26.4", "2.0.2", "2.4.6"];

/// The version of NumPy that needs a newer Python than the others do.
pub const NEWEST_NUMPY: &str = "2.5.5";

/// What [`NEWEST_NUMPY`] needs, to say where that is missing.
pub const NEWEST_NEEDS: &str =
    "needs a Python 3.12 or later (as $PYTHON, `python3`, `python3.12`, `python3.13` or `python3.14`)";

/// The Python that runs [`NEWEST_NUMPY`], where this machine has one.
static NEWEST_PYTHON: LazyLock<Option<String>> = LazyLock::new(|| {
    let names = ["python3", "python3.12", "python3.13", "python3.14"].map(str::to_owned);
    std::env::var("PYTHON").into_iter().chain(names).find(|name| {
        let code = "import sys, venv; sys.exit(sys.version_info < (3, 12))";
        Command::new(name).args(["-c", code]).output().is_ok_and(|output| output.status.success())
    })
});

/// The versions of NumPy that rules are proved on, oldest first: the newest where a Python for it is at hand.
pub fn numpy_versions() -> Vec<&'static str> {
    NUMPY_VERSIONS.into_iter().chain(NEWEST_PYTHON.is_some().then_some(NEWEST_NUMPY)).collect()
}

/// An environment with libraries that are built on NumPy.
pub struct Neighbours {
    /// What it is called.
    pub name: &'static str,
    /// The version of NumPy in it.
    pub numpy: &'static str,
    /// The libraries by the names of their rules, with what is asked of the package index.
    pub libraries: &'static [(&'static str, &'static str)],
}

/// An old and a new one: what changed between major versions of pandas, SciPy and scikit-learn shows in their difference.
pub const NEIGHBOURS: [Neighbours; 2] = [
    Neighbours {
        name: "pandas-2",
        numpy: "1.26.4",
        libraries: &[("pandas", "pandas==2.3.3"), ("scipy", "scipy==1.13.1"), ("sklearn", "scikit-learn==1.5.2")],
    },
    Neighbours {
        name: "pandas-3",
        numpy: "2.4.6",
        libraries: &[
            ("pandas", "pandas==3.1.1"),
            ("scipy", "scipy==1.17.1"),
            ("sklearn", "scikit-learn==1.9.1"),
            ("xarray", "xarray==2026.9.0"),
            ("h5py", "h5py==3.16.0"),
            ("PIL", "pillow==13.0.0"),
            ("numba", "numba==0.68.1"),
            ("array_api_compat", "array-api-compat==1.16.0"),
        ],
    },
];

/// The Python of an environment: `name` is a version of NumPy, or the name of one of [`NEIGHBOURS`].
///
/// Makes the environment if there is none yet. Test binaries that run at once wait for each other.
///
/// # Errors
///
/// One line that says what is missing on this machine.
pub fn python(name: &str) -> Result<PathBuf, String> {
    let neighbours = NEIGHBOURS.iter().find(|environment| environment.name == name);
    let (folder, packages) = match neighbours {
        Some(Neighbours { numpy, libraries, .. }) => {
            let libraries = libraries.iter().map(|(_, package)| (*package).to_owned());
            (name.to_owned(), std::iter::once(format!("numpy=={numpy}")).chain(libraries).collect())
        }
        None => (format!("numpy-{name}"), vec![format!("numpy=={name}")]),
    };
    environment(&folder, &packages)
}

fn environment(name: &str, packages: &[String]) -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target folder")?.join("venv");
    let folder = root.join(name);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    // What is in an environment stands in this file, so that one with other versions is made anew.
    let (complete, content) = (folder.join("complete"), packages.join("\n"));
    let is_complete = || fs::read_to_string(&complete).is_ok_and(|text| text == content);
    if is_complete() {
        return Ok(python);
    }
    let in_words = |error: std::io::Error| format!("cannot write to {}: {error}", root.display());
    fs::create_dir_all(&root).map_err(in_words)?;
    // The lock goes with the file handle, also when the process dies.
    let lock = File::create(root.join(format!("{name}.lock"))).map_err(in_words)?;
    lock.lock().map_err(in_words)?;
    if !is_complete() {
        make(&folder, &python, packages)?;
        fs::write(&complete, content).map_err(in_words)?;
    }
    Ok(python)
}

fn make(folder: &Path, python: &Path, packages: &[String]) -> Result<(), String> {
    let is_newest = packages.iter().any(|package| package.strip_prefix("numpy==") == Some(NEWEST_NUMPY));
    let newest = NEWEST_PYTHON.clone().filter(|_| is_newest);
    let host = newest.or_else(|| std::env::var("PYTHON").ok()).unwrap_or_else(|| "python3".to_owned());
    let packages = packages.join(" ");
    run(Command::new(&host).args(["-m", "venv", "--clear"]).arg(folder)).map_err(|reason| {
        format!("no environment for {packages}: `{host} -m venv` needs Python 3.11 or 3.12 with venv ({reason})")
    })?;
    let mut install = Command::new(python);
    // Python compiles the few modules that are imported.
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]);
    install.arg("--only-binary=:all:").args(packages.split(' '));
    run(&mut install)
        .map_err(|reason| format!("no environment for {packages}: `pip install` needs the network ({reason})"))
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
