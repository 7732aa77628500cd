//! The programs: one operand, one call.

use std::collections::BTreeMap;

use ndalias::rules::{Case, Container, Gives, Rule, RuleSet};

use super::operands::{CHANGES, EXPRESSIONS};

/// Random numbers that are the same everywhere (`SplitMix64`).
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("less than the limit")
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// A program that may turn out to raise.
pub struct Candidate {
    /// What it is drawn for: a name with a rule, or a form. Of each a few programs are kept.
    pub topic: String,
    /// The rule that it exercises, to tell NumPy's side which parameter is which.
    pub rule: Option<&'static Rule>,
    /// Lines that make variables.
    pub setup: String,
    /// One expression.
    pub call: String,
}

/// Programs for each name: its own cases with the operands exchanged or changed, in random order.
pub fn by_name(random: &mut Random, version: (u16, u16), tries: usize) -> Vec<Candidate> {
    let mut by_name: BTreeMap<&str, Vec<(&'static Rule, &'static Case)>> = BTreeMap::new();
    let is_here = |rule: &Rule| matches!(&*rule.library, "numpy" | "python") && rule.versions.contains(version);
    for (_, rule) in RuleSet::embedded().iter().filter(|(_, rule)| is_here(rule)) {
        let cases = rule.cases.iter().filter(|case| case.versions.contains(version) && case.raises.is_none());
        by_name.entry(&rule.name).or_default().extend(cases.map(|case| (rule, case)));
    }
    let mut all = Vec::new();
    for (name, cases) in by_name.iter().filter(|(_, cases)| !cases.is_empty()) {
        for _ in 0..tries {
            let (rule, case) = *random.one_of(cases);
            let Some(setup) = varied(random, &case.setup) else { continue };
            all.push(Candidate { topic: (*name).to_owned(), rule: Some(rule), setup, call: result_of(random, case) });
        }
        // Where nothing else runs, the case itself.
        for _ in 0..3 {
            let (rule, case) = *random.one_of(cases);
            let (setup, call) = (case.setup.clone(), result_of(random, case));
            all.push(Candidate { topic: (*name).to_owned(), rule: Some(rule), setup, call });
        }
    }
    all
}

/// The call of a case; of a list or tuple one of its elements.
fn result_of(random: &mut Random, case: &Case) -> String {
    let gives = Gives::parse(&case.gives).expect("it was read before");
    let is_list = gives.container.is_some_and(|one| one != Container::Iterator);
    let element = if is_list { *random.one_of(&["[0]", "[-1]"]) } else { "" };
    format!("{}{element}", case.call)
}

/// What makes an array in the setup of a case.
const MAKERS: &[&str] = &[
    "[",
    "np.zeros(",
    "np.ones(",
    "np.full(",
    "np.empty(",
    "np.eye(",
    "np.arange(",
    "np.linspace(",
    "np.array(",
    "np.ma.array(",
    "np.ma.zeros(",
    "np.ma.ones(",
    "np.matrix(",
    "np.rec.array(",
    "np.char.array(",
];

/// The setup with one array in it exchanged for another, or changed in dtype, rank or layout.
fn varied(random: &mut Random, setup: &str) -> Option<String> {
    let lines: Vec<&str> = setup.split("; ").flat_map(str::lines).collect();
    let is_array = |line: &&str| {
        line.split_once(" = ").is_some_and(|(name, value)| {
            name.chars().all(char::is_alphanumeric) && MAKERS.iter().any(|maker| value.starts_with(maker))
        })
    };
    let places: Vec<usize> = (0..lines.len()).filter(|at| is_array(&lines[*at])).collect();
    if places.is_empty() {
        return None;
    }
    let at = *random.one_of(&places);
    let (name, value) = lines[at].split_once(" = ")?;
    let new = if random.below(3) == 0 || value.starts_with('[') {
        (*random.one_of(EXPRESSIONS)).to_owned()
    } else {
        random.one_of(CHANGES).replace("{}", value)
    };
    let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
    lines[at] = format!("{name} = {new}");
    Some(lines.join("\n"))
}

/// Expressions of an array `a`.
///
/// Of most of them it depends on the operand whether the result is it, views it or copies it.
const FORMS: &str = include_str!("forms.txt");

/// Programs for each form: its expression of operands in random order.
pub fn by_form(random: &mut Random, tries: usize) -> Vec<Candidate> {
    let mut all = Vec::new();
    for form in FORMS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (more, call) = form.split_once(" | ").unwrap_or(("", form));
        for _ in 0..tries {
            let setup = [&operand(random), more].join("\n").trim_end().to_owned();
            all.push(Candidate { topic: form.to_owned(), rule: None, setup, call: call.to_owned() });
        }
    }
    all
}

/// Lines that make the array `a`, sometimes beside the array that it was made from.
fn operand(random: &mut Random) -> String {
    let expression = random.one_of(EXPRESSIONS);
    match random.below(4) {
        0 => format!("z = {expression}\na = {}", random.one_of(CHANGES).replace("{}", "z")),
        _ => format!("a = {expression}"),
    }
}
