//! From a project's requirement on NumPy (PEP 440) to the version its code is meant for: the newest that it allows.

/// The last minor version of each major one.
const LAST_MINOR: [(u16, u16); 2] = [(1, 26), (2, 4)];

/// The newest version that the requirement allows, as `major.minor`; nothing where that is the newest there is.
pub fn numpy_target(requirement: &str) -> Option<String> {
    let specifiers = requirement.trim_matches(['(', ')', ' ']);
    let newest = LAST_MINOR.iter().rev().find_map(|&(major, last)| {
        (0..=last).rev().find(|&minor| allows(specifiers, (major, minor))).map(|minor| (major, minor))
    })?;
    (newest != LAST_MINOR[LAST_MINOR.len() - 1]).then(|| format!("{}.{}", newest.0, newest.1))
}

/// Whether some patch release of `version` is allowed.
fn allows(specifiers: &str, version: (u16, u16)) -> bool {
    specifiers.split(',').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        let number_at = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
        let (operator, number) = part.split_at(number_at);
        let mut parts = number.split('.').map(|part| part.parse::<u16>().ok());
        let Some(major) = parts.next().flatten() else { return true };
        let minor = parts.next().flatten();
        let patch = parts.next().flatten().unwrap_or(0);
        let bound = (major, minor.unwrap_or(0));
        match operator.trim() {
            "<" => version < bound || (version == bound && patch > 0),
            "<=" => version <= bound,
            "==" | "===" => version.0 == major && minor.is_none_or(|minor| minor == version.1),
            "~=" => version.0 == major && version >= bound && (!has_patch(number) || version == bound),
            ">" | ">=" => version >= bound,
            _ => true,
        }
    })
}

fn has_patch(number: &str) -> bool {
    number.split('.').count() > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_allowed_version_decides() {
        let target = |requirement: &str| numpy_target(requirement).unwrap_or_default();
        assert_eq!(target(">=1.22,<2"), "1.26");
        assert_eq!(target("==1.24.*"), "1.24");
        assert_eq!(target("~=1.21"), "1.26");
        assert_eq!(target("~=1.21.3"), "1.21");
        assert_eq!(target("<2.3"), "2.2");
        assert_eq!(target("(>=1.20)"), "");
        assert_eq!(target(""), "");
        assert_eq!(target("!=1.25"), "");
    }
}
