//! What a function promises about memory: in its docstring, or in a rule for it.
//!
//! ```python
//! def window(signal, width):
//!     """Cuts a window.
//!
//!     ndalias: returns view of signal or copy
//!     ndalias: writes nothing
//!     """
//! ```
//!
//! A promise is not trusted where the body is at hand: it is compared with what the body does.

use super::case::parse_promise;
use super::schema::{Relation, Rule, Written};

/// Beginning of the lines of a docstring that promise something.
const MARK: &str = "ndalias:";

/// One result that a function may have: the relation, and the parameters that it is to.
pub type Result = (Relation, Vec<String>);

/// What a function promises. What is `None` is left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contract {
    /// What may come back.
    pub results: Option<Vec<Result>>,
    /// Parameters whose data may be written.
    pub writes: Option<Vec<String>>,
}

impl Contract {
    /// The contract that a docstring states, where it states one.
    ///
    /// # Errors
    ///
    /// What is wrong with its first wrong line, and how to write it.
    pub fn of_docstring(text: &str) -> std::result::Result<Option<Self>, String> {
        let mut contract = Self::default();
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix(MARK));
        for line in lines.map(str::trim) {
            let help = "write `ndalias: returns same as x or view of x or copy` or `ndalias: writes x, y`";
            let wrong = |why: &str| format!("`{MARK} {line}` is no contract: {why}; {help}");
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let is_twice = match word {
                "returns" => {
                    let results = parse_promise(rest).map_err(|problem| wrong(&problem.message))?;
                    contract.results.replace(results).is_some()
                }
                "writes" if rest.trim().is_empty() => return Err(wrong("it names no parameter")),
                "writes" => contract.writes.replace(names(rest)).is_some(),
                _ => return Err(wrong("it begins neither with `returns` nor with `writes`")),
            };
            if is_twice {
                return Err(wrong("it is said twice"));
            }
        }
        Ok((contract != Self::default()).then_some(contract))
    }

    /// What a rule says, with its conditions left out; results in containers are left open.
    #[must_use]
    pub fn of_rule(rule: &Rule) -> Self {
        let name = |param: &u8| rule.params.get(usize::from(*param)).map(|param| param.name.clone());
        let is_plain = rule.results.iter().all(|outcome| outcome.container.is_none() && outcome.items.is_empty());
        let results = rule.results.iter().map(|outcome| {
            let related = matches!(outcome.is, Relation::Same | Relation::View);
            (outcome.is, outcome.of.iter().filter(|_| related).filter_map(name).collect())
        });
        let written = rule.writes.iter().filter(|write| write.what == Written::Data);
        Self {
            results: is_plain.then(|| results.collect()),
            writes: Some(written.filter_map(|write| name(&write.param)).collect()),
        }
    }

    /// Whether it leaves open what comes back in this case.
    #[must_use]
    pub fn allows(&self, relation: Relation, param: Option<&str>) -> bool {
        let Some(results) = &self.results else { return true };
        results.iter().any(|(promised, of)| match promised {
            Relation::Unknown => true,
            Relation::Scalar | Relation::Value => matches!(relation, Relation::Scalar | Relation::Value),
            Relation::Same | Relation::View | Relation::Copy | Relation::None => {
                *promised == relation && param.is_none_or(|param| of.iter().any(|name| name == param))
            }
        })
    }

    /// Whether it lets this parameter be written.
    #[must_use]
    pub fn allows_write(&self, param: &str) -> bool {
        self.writes.as_ref().is_none_or(|writes| writes.iter().any(|name| name == param))
    }

    /// Whether it says that this parameter is written.
    #[must_use]
    pub fn announces_write(&self, param: &str) -> bool {
        self.writes.as_ref().is_some_and(|writes| writes.iter().any(|name| name == param))
    }

    /// The names of parameters in it.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        let of_results = self.results.iter().flatten().flat_map(|(_, of)| of);
        of_results.chain(self.writes.iter().flatten()).map(String::as_str)
    }
}

/// `x, y`; `nothing` is no name.
fn names(text: &str) -> Vec<String> {
    let names = text.split(',').map(|name| name.trim().trim_matches('`').to_owned());
    names.filter(|name| name != "nothing" && !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Contract {
        Contract::of_docstring(text).expect("it is well formed").expect("there is one")
    }

    #[test]
    fn docstrings_state_contracts() {
        let contract = read("Cuts.\n\n    ndalias: returns view of x or copy\n    ndalias: writes out, y\n");
        assert!(contract.allows(Relation::View, Some("x")) && contract.allows(Relation::Copy, None));
        assert!(!contract.allows(Relation::View, Some("y")) && !contract.allows(Relation::Same, Some("x")));
        assert!(contract.announces_write("y") && !contract.allows_write("x"));
        assert!(!read("ndalias: writes nothing").allows_write("x"));
        assert!(read("ndalias: writes x").allows(Relation::Scalar, None));
        assert_eq!(Contract::of_docstring("Uses ndalias: it helps.").expect("no line of it begins so"), None);
    }

    #[test]
    fn mistakes_are_named() {
        let mistake = |text: &str| Contract::of_docstring(text).expect_err("it is wrong");
        assert!(mistake("ndalias: returns a view").contains("`a` is no result"));
        assert!(mistake("ndalias: retruns copy").contains("neither with `returns` nor with `writes`"));
        assert!(mistake("ndalias: writes").contains("names no parameter"));
        assert!(mistake("ndalias: returns copy\nndalias: returns none").contains("twice"));
    }
}
