//! From what a project asks for to the library versions that its code is meant for: of each library the newest it allows.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};

use crate::rules::{library_of_package, releases};

/// What a project asks for: the version specifiers (PEP 440) by the name of the library, which is `sklearn` for `scikit-learn`.
pub type Requirements = BTreeMap<String, String>;

/// Patch releases of a minor version are tried up to this one.
const LAST_PATCH: u64 = 30;

/// The requirements of a `pyproject.toml`: of `[project]`, else of `[tool.poetry.dependencies]`.
pub fn of_project(project: Option<&toml::Value>, poetry: Option<&toml::Value>) -> Requirements {
    let dependencies = project.and_then(|project| project.get("dependencies")?.as_array());
    let mut found = Requirements::new();
    for dependency in dependencies.into_iter().flatten().filter_map(toml::Value::as_str) {
        found.extend(requirement(dependency));
    }
    let dependencies = poetry.and_then(|poetry| poetry.get("dependencies")?.as_table());
    for (name, value) in dependencies.into_iter().flatten() {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        if let Some(specifiers) = version.and_then(from_poetry) {
            found.entry(normalized(name)).or_insert(specifiers);
        }
    }
    of_libraries(found)
}

/// The requirements of a `requirements.txt`.
pub fn of_lines(text: &str) -> Requirements {
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    let found: Requirements = lines.filter(|line| !line.starts_with(['#', '-'])).filter_map(requirement).collect();
    of_libraries(found)
}

/// Packages by the names of the libraries in them, those of which the rules tell versions apart.
fn of_libraries(packages: Requirements) -> Requirements {
    let library =
        |(package, specifiers): (String, String)| Some((library_of_package(&package)?.to_owned(), specifiers));
    packages.into_iter().filter_map(library).collect()
}

/// The targets, as `LIBRARY=X.Y`, of the libraries of which the newest release is not allowed.
pub fn targets(requirements: &Requirements) -> Vec<String> {
    let target = |(library, specifiers): (&String, &String)| {
        let (major, minor) = newest_allowed(library, specifiers)?;
        Some(format!("{library}={major}.{minor}"))
    };
    requirements.iter().filter_map(target).collect()
}

/// The name and the specifiers of a requirement (PEP 508): `numpy[extra] >=1.22,<2 ; python_version > "3"`.
fn requirement(text: &str) -> Option<(String, String)> {
    let text = text.split(';').next().unwrap_or_default().trim();
    let name_end = text.find(|c: char| !c.is_alphanumeric() && !"-_.".contains(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    let specifiers = rest.trim().trim_matches(['(', ')']).trim();
    (!name.is_empty() && !specifiers.starts_with('@')).then(|| (normalized(name), specifiers.to_owned()))
}

/// A name as the package index compares them.
fn normalized(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

/// Poetry's own notation: a bare version is that version, `^1.22` allows what keeps the first part that is not 0.
fn from_poetry(text: &str) -> Option<String> {
    let parts = text.split(',').map(|part| {
        let part = part.trim();
        if let Some(version) = part.strip_prefix('^') {
            let release = Version::from_str(version.trim()).ok()?.release().to_vec();
            let at = release.iter().position(|part| *part > 0).unwrap_or(release.len() - 1);
            let mut next: Vec<String> = release[..=at].iter().map(ToString::to_string).collect();
            next[at] = (release[at] + 1).to_string();
            return Some(format!(">={},<{}", version.trim(), next.join(".")));
        }
        if let Some(version) = part.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
            return Some(format!("=={}.*", version.split('.').take(2).collect::<Vec<_>>().join(".")));
        }
        Some(if part.starts_with(|c: char| c.is_ascii_digit()) { format!("=={part}") } else { part.to_owned() })
    });
    let parts: Vec<String> = parts.collect::<Option<_>>()?;
    Some(if parts == ["*"] { String::new() } else { parts.join(",") })
}

/// The newest release of a library that the specifiers allow; nothing where that is the newest there is, and where the
/// specifiers cannot be read.
fn newest_allowed(library: &str, specifiers: &str) -> Option<(u16, u16)> {
    let specifiers = VersionSpecifiers::from_str(specifiers).ok()?;
    let last_minors = releases(library)?;
    let allows = |(major, minor): (u16, u16)| {
        let patch = |patch| Version::new([u64::from(major), u64::from(minor), patch]);
        (0..=LAST_PATCH).any(|number| specifiers.contains(&patch(number)))
    };
    let all = last_minors.iter().rev().flat_map(|&(major, last)| (0..=last).rev().map(move |minor| (major, minor)));
    let newest = all.into_iter().find(|version| allows(*version))?;
    (last_minors.last() != Some(&newest)).then_some(newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(specifiers: &str) -> String {
        let requirements = of_lines(&format!("numpy{specifiers}"));
        targets(&requirements).pop().unwrap_or_default().replace("numpy=", "")
    }

    #[test]
    fn the_newest_allowed_version_decides() {
        assert_eq!(target(">=1.22,<2"), "1.26");
        assert_eq!(target("==1.24.*"), "1.24");
        assert_eq!(target("==1.24.3"), "1.24");
        assert_eq!(target("~=1.21"), "1.26");
        assert_eq!(target("~=1.21.3"), "1.21");
        assert_eq!(target("<2.3"), "2.2");
        assert_eq!(target("(>=1.20)"), "");
        assert_eq!(target(""), "");
        assert_eq!(target("!=1.25"), "");
        assert_eq!(target(">=1.20,!=2.4.*"), "2.3");
        assert_eq!(target(" nonsense"), "");
    }

    #[test]
    fn requirement_files_are_read_line_by_line() {
        let text = "# numpy<1.20\n-r other.txt\nNumPy[extra] >= 1.22, < 2 ; python_version > '3'  # old\nnumpydoc<1\nscipy @ https://example.org/x.whl\n";
        assert_eq!(targets(&of_lines(text)), ["numpy=1.26"]);
        let text = "pandas<3\nscikit_learn==1.5.2\nscipy>=1.10\n";
        assert_eq!(targets(&of_lines(text)), ["pandas=2.3", "sklearn=1.5"]);
    }

    #[test]
    fn poetry_has_its_own_notation() {
        let poetry = |version: &str| {
            let value: toml::Value =
                toml::from_str(&format!("[dependencies]\nnumpy = {version}\n")).expect("it is TOML");
            targets(&of_project(None, Some(&value))).pop().unwrap_or_default()
        };
        assert_eq!(poetry("'^1.22'"), "numpy=1.26");
        assert_eq!(poetry("'~1.24.1'"), "numpy=1.24");
        assert_eq!(poetry("'1.25.2'"), "numpy=1.25");
        assert_eq!(poetry("{ version = '>=1.20,<2.1', extras = ['x'] }"), "numpy=2.0");
        assert_eq!(poetry("'*'"), "");
    }
}
