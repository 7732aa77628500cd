//! Which hazards are on: `--select`, `--ignore` and the same keys of the configuration.

use std::str::FromStr;

use super::own::Own;
use super::suggest::did_you_mean;
use crate::hazard::{self, Group};

/// A word that selects hazards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Every hazard.
    All,
    /// The hazards of a group.
    Group(Group),
    /// One hazard.
    Hazard(&'static str),
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::All);
        }
        if let Ok(group) = text.parse() {
            return Ok(Self::Group(group));
        }
        let hazard = hazard::find(text).map(|hazard| hazard.meta.name);
        hazard.or_else(|| Own::find(text).map(|own| own.name)).map(Self::Hazard).ok_or_else(|| {
            let hint = did_you_mean(text, known_words());
            format!("`{text}` is neither a hazard nor a group{hint}")
        })
    }
}

impl Selector {
    /// How closely the selector names `hazard`; nothing where it does not.
    fn closeness(self, hazard: &str) -> Option<u8> {
        match self {
            Self::All => Some(1),
            Self::Group(group) => hazard::find(hazard).is_some_and(|hazard| hazard.meta.group == group).then_some(2),
            Self::Hazard(name) => (name == hazard).then_some(3),
        }
    }

    /// Whether the selector takes in `hazard`.
    #[must_use]
    pub fn takes(self, hazard: &str) -> bool {
        self.closeness(hazard).is_some()
    }
}

/// Every word that a selector can be.
pub fn known_words() -> impl Iterator<Item = &'static str> {
    let hazards = hazard::all().iter().map(|hazard| hazard.meta.name);
    let groups = Group::ALL.into_iter().map(Group::name);
    hazards.chain(groups).chain(Own::ALL.iter().map(|own| own.name)).chain(["all"])
}

/// What is on. The closer selector wins (a hazard's name over its group over `all`); of two equally close, `ignore`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// What is taken in; absent, every group that is on by default.
    pub select: Option<Vec<Selector>>,
    /// What is taken out.
    pub ignore: Vec<Selector>,
}

impl Selection {
    /// Whether findings of `hazard` are wanted. Findings of the pipeline itself are, unless taken out by name.
    #[must_use]
    pub fn is_on(&self, hazard: &str) -> bool {
        let closest = |selectors: &[Selector]| selectors.iter().filter_map(|selector| selector.closeness(hazard)).max();
        let ignored = closest(&self.ignore);
        if Own::find(hazard).is_some() {
            return ignored != Some(3);
        }
        let selected = match &self.select {
            Some(selectors) => closest(selectors),
            None => hazard::find(hazard).is_none_or(|hazard| hazard.meta.group.is_on_by_default()).then_some(0),
        };
        selected.is_some_and(|selected| ignored.is_none_or(|ignored| selected > ignored))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_checked() {
        assert_eq!("mutation".parse(), Ok(Selector::Group(Group::Mutation)));
        assert_eq!("all".parse(), Ok(Selector::All));
        let error = "mutatoin".parse::<Selector>().expect_err("no such word");
        assert!(error.contains("did you mean `mutation`?"), "{error}");
    }

    #[test]
    fn the_pipelines_own_findings_stay_unless_named() {
        let own = |ignore: Vec<Selector>| Selection { select: Some(Vec::new()), ignore }.is_on("syntax-error");
        assert!(own(Vec::new()));
        assert!(own(vec![Selector::All]));
        assert!(!own(vec![Selector::Hazard("syntax-error")]));
    }
}
