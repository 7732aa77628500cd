//! Versions: `numpy = ">=2.1,<2.4"` in a rule file, `numpy=1.26` on the command line.

use super::error::{Parsed, Problem};
use super::library::releases;

/// A version as (major, minor).
pub type Version = (u16, u16);

/// A half-open range of library versions: `since <= version < until`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VersionRange {
    /// First version, as (major, minor).
    pub since: Option<(u16, u16)>,
    /// First version for which the entry no longer holds.
    pub until: Option<(u16, u16)>,
}

impl VersionRange {
    /// Whether the range holds `version`.
    #[must_use]
    pub fn contains(self, version: (u16, u16)) -> bool {
        self.since.is_none_or(|since| since <= version) && self.until.is_none_or(|until| version < until)
    }
}

/// The library versions that the analysed code is meant for; each starts as the newest known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    chosen: Vec<(String, Version)>,
}

impl Targets {
    /// Sets one library: `numpy=1.26`.
    ///
    /// # Errors
    ///
    /// One line that says how to write it, where `text` is not of that form.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let parts = text.split_once('=').map(|(library, version)| (library.trim(), parse_version(version.trim())));
        let Some((library, Some(version))) = parts.filter(|(library, _)| !library.is_empty()) else {
            return Err(format!("`{text}` is not a target; write LIBRARY=MAJOR.MINOR, such as numpy=1.26"));
        };
        self.chosen.retain(|(chosen, _)| chosen != library);
        self.chosen.push((library.to_owned(), version));
        Ok(())
    }

    /// The version of `library` to look rules up for.
    #[must_use]
    pub fn version(&self, library: &str) -> Version {
        let chosen = self.chosen.iter().find(|(chosen, _)| chosen == library).map(|(_, version)| *version);
        let newest = || releases(library).and_then(<[Version]>::last).copied();
        chosen.or_else(newest).unwrap_or((u16::MAX, u16::MAX))
    }
}

/// Parses `2`, `2.1` or `2.1.3` (of which the last part is ignored).
pub(super) fn parse_version(text: &str) -> Option<Version> {
    let mut parts = text.split('.').map(|part| part.parse::<u16>().ok());
    let major = parts.next()??;
    let minor = parts.next().unwrap_or(Some(0))?;
    parts.next().unwrap_or(Some(0))?;
    parts.next().is_none().then_some((major, minor))
}

/// Parses `>=A.B`, `<A.B`, or both with a comma.
pub(super) fn parse_range(text: &str) -> Parsed<VersionRange> {
    let whole = 0..text.len();
    let help = "write \">=A.B\", \"<A.B\" or \">=A.B,<C.D\"";
    let mut versions = VersionRange::default();
    for part in text.split(',').map(str::trim) {
        let (bound, number) = match (part.strip_prefix(">="), part.strip_prefix('<')) {
            (Some(number), _) => (&mut versions.since, number),
            (None, Some(number)) => (&mut versions.until, number),
            (None, None) => return Err(Problem::new(whole, format!("`{part}` is not a version bound"), help)),
        };
        let Some(version) = parse_version(number.trim()) else {
            return Err(Problem::new(whole, format!("`{number}` is not a version"), help));
        };
        if bound.replace(version).is_some() {
            return Err(Problem::new(whole, format!("`{text}` bounds one side twice"), help));
        }
    }
    if let (Some(since), Some(until)) = (versions.since, versions.until)
        && since >= until
    {
        return Err(Problem::new(whole, format!("no version is in `{text}`"), "swap the bounds or widen them"));
    }
    Ok(versions)
}

/// Whether some version is in both ranges.
pub(super) fn overlap(one: VersionRange, other: VersionRange) -> bool {
    let starts_before = |a: VersionRange, b: VersionRange| match (a.since, b.until) {
        (Some(since), Some(until)) => since < until,
        _ => true,
    };
    starts_before(one, other) && starts_before(other, one)
}
