//! Binding the arguments of a call to the parameters of a rule, as Python does.

use smallvec::SmallVec;

use super::schema::{ParamIdx, ParamKind, Rule};

/// Where the value of a parameter comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArgSource {
    /// No argument: the default holds, if there is one.
    #[default]
    Missing,
    /// The positional argument of this index.
    Positional(usize),
    /// The keyword argument of this index.
    Keyword(usize),
    /// `*args`: every positional argument from this index on, at least one.
    Rest(usize),
    /// `**kwargs`: the arguments in [`Binding::extra_keywords`].
    ExtraKeywords,
}

/// Why Python would raise `TypeError` for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindProblem {
    /// No parameter takes the positional argument of this index.
    TooManyPositional(usize),
    /// No parameter takes the keyword argument of this index.
    UnknownKeyword(usize),
    /// The keyword argument of this index names a parameter that has a value already.
    PassedTwice(usize),
    /// A parameter without default gets nothing.
    MissingArgument(ParamIdx),
}

/// The arguments of one call, by parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// One source for each parameter of the rule.
    pub sources: SmallVec<[ArgSource; 8]>,
    /// Indices of the keyword arguments that no parameter names.
    pub extra_keywords: SmallVec<[usize; 2]>,
    /// The first reason why the call cannot work. A call with `*args` or `**kwargs` may work nevertheless.
    pub problem: Option<BindProblem>,
}

impl Binding {
    /// Where the value of `param` comes from.
    #[must_use]
    pub fn source(&self, param: ParamIdx) -> ArgSource {
        self.sources.get(usize::from(param)).copied().unwrap_or_default()
    }
}

impl Rule {
    /// Binds `positional` arguments, of which a method counts its receiver as the first, and `keywords`.
    ///
    /// ```
    /// use ndalias::rules::{ArgSource, RuleSet, RuleText};
    ///
    /// let text = "[[callable]]\nnames = ['m.f']\nsignature = '(a, axis=None, *, out=None)'\nresults = [{ is = 'copy' }]";
    /// let rules = RuleSet::with_user_files(&[RuleText { file: "m.toml", text }]).unwrap();
    /// let rule = rules.rule(rules.callable("m.f", &Default::default()).unwrap());
    /// let binding = rule.bind(1, &["out"]);
    /// assert_eq!(binding.source(0), ArgSource::Positional(0));
    /// assert_eq!(binding.source(1), ArgSource::Missing);
    /// assert_eq!(binding.source(2), ArgSource::Keyword(0));
    /// ```
    #[must_use]
    pub fn bind(&self, positional: usize, keywords: &[&str]) -> Binding {
        let mut binding = Binding {
            sources: SmallVec::from_elem(ArgSource::Missing, self.params.len()),
            extra_keywords: SmallVec::new(),
            problem: None,
        };
        let surplus = bind_positional(self, positional, &mut binding).map(BindProblem::TooManyPositional);
        let keyword = bind_keywords(self, keywords, &mut binding);
        binding.problem = surplus.or(keyword).or_else(|| missing_argument(self, &binding));
        binding
    }
}

/// Binds from the left; returns the first argument that no parameter takes.
fn bind_positional(rule: &Rule, positional: usize, binding: &mut Binding) -> Option<usize> {
    let mut next = 0;
    for (param, source) in rule.params.iter().zip(&mut binding.sources) {
        match param.kind {
            _ if next == positional => return None,
            ParamKind::PositionalOnly | ParamKind::Either => {
                *source = ArgSource::Positional(next);
                next += 1;
            }
            ParamKind::VarPositional => {
                *source = ArgSource::Rest(next);
                next = positional;
            }
            ParamKind::KeywordOnly | ParamKind::VarKeyword => {}
        }
    }
    (next < positional).then_some(next)
}

/// Binds by name; returns the first keyword that is wrong.
fn bind_keywords(rule: &Rule, keywords: &[&str], binding: &mut Binding) -> Option<BindProblem> {
    let mut problem = None;
    let catch_all = rule.params.iter().position(|param| param.kind == ParamKind::VarKeyword);
    for (index, keyword) in keywords.iter().enumerate() {
        let named = rule.params.iter().position(|param| {
            param.name == *keyword && matches!(param.kind, ParamKind::Either | ParamKind::KeywordOnly)
        });
        if let Some(param) = named {
            if binding.sources[param] == ArgSource::Missing {
                binding.sources[param] = ArgSource::Keyword(index);
            } else {
                problem = problem.or(Some(BindProblem::PassedTwice(index)));
            }
            continue;
        }
        binding.extra_keywords.push(index);
        match catch_all {
            Some(param) => binding.sources[param] = ArgSource::ExtraKeywords,
            None => problem = problem.or(Some(BindProblem::UnknownKeyword(index))),
        }
    }
    problem
}

fn missing_argument(rule: &Rule, binding: &Binding) -> Option<BindProblem> {
    let required = |kind| matches!(kind, ParamKind::PositionalOnly | ParamKind::Either | ParamKind::KeywordOnly);
    let missing =
        rule.params.iter().zip(&binding.sources).position(|(param, source)| {
            required(param.kind) && param.default.is_none() && *source == ArgSource::Missing
        });
    missing.and_then(|param| ParamIdx::try_from(param).ok()).map(BindProblem::MissingArgument)
}
