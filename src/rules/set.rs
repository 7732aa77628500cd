//! All rules in force, found by qualified name and version.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use toml::de::DeTable;

use super::alias::{Alias, AliasKind, Aliases, compile_aliases};
use super::check::{check_cases, check_overlaps, check_results};
use super::entry::{Entry, FileFacts, compile_attribute, compile_callable};
use super::error::RuleError;
use super::family::with_family;
use super::holder::{Holder, Holders, compile_holders};
use super::project::ProjectRules;
use super::reader::Reader;
use super::schema::{Rule, RuleId};
use super::version::Targets;

include!(concat!(env!("OUT_DIR"), "/embedded_rules.rs"));

static EMBEDDED: LazyLock<RuleSet> = LazyLock::new(|| {
    let mut rules = RuleSet::default();
    // A test asserts that there is nothing wrong in these.
    rules.add_layer(EMBEDDED_FILES, Proofs::Ignored);
    rules
});

/// Aliases of aliases are followed this far.
pub(super) const ALIAS_DEPTH: usize = 8;

/// The text of one rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleText<'t> {
    /// What messages call the file.
    pub file: &'t str,
    /// Its content.
    pub text: &'t str,
}

/// Rules in force, and other names for what they describe.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// The rules below, where this is a set with those of a project on top.
    base: Option<Arc<RuleSet>>,
    pub(super) project: Arc<ProjectRules>,
    rules: Vec<Rule>,
    by_name: FxHashMap<String, SmallVec<[RuleId; 1]>>,
    aliases: Aliases,
    holders: Holders,
    /// Methods that only objects of their classes have, by their own name.
    distinctive: FxHashMap<String, RuleId>,
}

impl RuleSet {
    /// The rules that come with ndalias; parsed once.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// The embedded rules and those of `files`, which win where both describe a name for one version.
    ///
    /// # Errors
    ///
    /// Every mistake in `files`; a missing case is none here, see [`check_rule_files`].
    pub fn with_user_files(files: &[RuleText<'_>]) -> Result<Self, Vec<RuleError>> {
        let mut rules = Self::embedded().clone();
        let errors = rules.add_layer(files, Proofs::Ignored);
        if errors.is_empty() { Ok(rules) } else { Err(errors) }
    }

    /// These rules, and under them those of a project: where both describe a name, these win.
    #[must_use]
    pub fn with_project(self: &Arc<Self>, project: &Arc<ProjectRules>) -> Self {
        Self { base: Some(Arc::clone(self)), project: Arc::clone(project), ..Self::default() }
    }

    /// The rules that come from files.
    fn files(&self) -> &Self {
        self.base.as_deref().unwrap_or(self)
    }

    pub(super) fn holders(&self) -> &Holders {
        &self.files().holders
    }

    /// Whether any rule stands in a file of the user.
    #[must_use]
    pub fn has_user_rules(&self) -> bool {
        self.files().rules.len() > Self::embedded().rules.len()
    }

    /// Whether a rule stands in a file of the user.
    #[must_use]
    pub fn is_from_user(&self, id: RuleId) -> bool {
        (Self::embedded().rules.len()..self.files().rules.len()).contains(&(id.0 as usize))
    }

    /// What the files say stands for other names: a name or a prefix, and what it stands for.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str, AliasKind)> {
        self.files().aliases.iter()
    }

    /// Whether an entry of the files has this very name.
    pub(super) fn describes(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The rule for calling `qualified` in the versions of `targets`.
    #[must_use]
    pub fn callable(&self, qualified: &str, targets: &Targets) -> Option<RuleId> {
        self.find(qualified, targets, |rule| !rule.is_attribute)
    }

    /// The rule for reading or setting the attribute `qualified` in the versions of `targets`.
    #[must_use]
    pub fn attribute(&self, qualified: &str, targets: &Targets) -> Option<RuleId> {
        self.find(qualified, targets, |rule| rule.is_attribute)
    }

    /// The rule for calling `qualified`; where the versions of `targets` do not have it, that of the last ones that did: code that
    /// calls it is meant for those.
    #[must_use]
    pub fn callable_ever(&self, qualified: &str, targets: &Targets) -> Option<RuleId> {
        self.callable(qualified, targets).or_else(|| self.find_last(qualified, |rule| !rule.is_attribute))
    }

    /// The same of an attribute.
    #[must_use]
    pub fn attribute_ever(&self, qualified: &str, targets: &Targets) -> Option<RuleId> {
        self.attribute(qualified, targets).or_else(|| self.find_last(qualified, |rule| rule.is_attribute))
    }

    /// Whether there are rules for names in what has this path: a module, or an object such as `numpy.r_`.
    #[must_use]
    pub fn has_names_in(&self, path: &str) -> bool {
        let path = self.canonical(path);
        let is_in = |name: &String| name.strip_prefix(path.as_ref()).is_some_and(|rest| rest.starts_with('.'));
        self.files().by_name.keys().any(is_in)
    }

    fn find_last(&self, qualified: &str, wanted: fn(&Rule) -> bool) -> Option<RuleId> {
        let all = self.files().by_name.get(self.canonical(qualified).as_ref())?;
        all.iter().copied().filter(|id| wanted(self.rule(*id))).max_by_key(|id| self.rule(*id).versions.since)
    }

    /// The rule of a method by its own name, where the name says of what class the object is.
    #[must_use]
    pub fn distinctive(&self, method: &str) -> Option<RuleId> {
        self.files().distinctive.get(method).copied()
    }

    /// The rule with this id.
    ///
    /// # Panics
    ///
    /// Where `id` comes from another set.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> &Rule {
        let (index, files) = (id.0 as usize, self.files());
        files.rules.get(index).unwrap_or_else(|| &self.project.rules[index - files.rules.len()])
    }

    /// Every rule that comes from a file, those of user files last.
    pub fn iter(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.files().rules.iter().zip(0..).map(|(rule, index)| (RuleId(index), rule))
    }

    /// The name under which rules describe `qualified`, or `qualified` itself where none does.
    #[must_use]
    pub fn canonical<'q>(&self, qualified: &'q str) -> Cow<'q, str> {
        let mut name = Cow::Borrowed(qualified);
        for _ in 0..ALIAS_DEPTH {
            if self.files().by_name.contains_key(name.as_ref()) || self.project.by_name.contains_key(name.as_ref()) {
                return name;
            }
            let Some(other) = self.other_name(&name) else { break };
            name = Cow::Owned(other);
        }
        Cow::Borrowed(qualified)
    }

    fn find(&self, qualified: &str, targets: &Targets, wanted: fn(&Rule) -> bool) -> Option<RuleId> {
        let mut name = Cow::Borrowed(qualified);
        for _ in 0..ALIAS_DEPTH {
            let of_files = self.files().by_name.get(name.as_ref()).into_iter().flatten().copied();
            let files = u32::try_from(self.files().rules.len()).unwrap_or(u32::MAX);
            let of_project = self.project.by_name.get(name.as_ref()).map(|index| RuleId(files + index));
            let found = of_files.chain(of_project).find(|id| {
                let rule = self.rule(*id);
                wanted(rule) && rule.versions.contains(targets.version(&rule.library))
            });
            if found.is_some() {
                return found;
            }
            name = Cow::Owned(self.other_name(&name)?);
        }
        None
    }

    /// One step along the aliases: the whole name, else its longest prefix.
    pub(super) fn other_name(&self, name: &str) -> Option<String> {
        if let Some(target) = self.files().aliases.of_name(name) {
            return Some(target.to_owned());
        }
        if let Some(target) = self.project.names.get(name) {
            return Some(target.to_string());
        }
        name.rmatch_indices('.').find_map(|(dot, _)| {
            let own = self.files().aliases.of_prefix(&name[..dot]);
            let target = own.or_else(|| self.project.names.get(&name[..dot]).map(|target| &**target))?;
            Some(format!("{target}{}", &name[dot..]))
        })
    }

    /// Adds the rules of `files`, which win over those that are there; returns what is wrong in them.
    fn add_layer(&mut self, files: &[RuleText<'_>], proofs: Proofs) -> Vec<RuleError> {
        let compiled: Vec<CompiledFile> = files.par_iter().map(|file| compile_file(*file, proofs)).collect();
        let (mut errors, mut entries, mut aliases) = (Vec::new(), Vec::new(), Vec::new());
        for mut file in compiled {
            errors.append(&mut file.errors);
            entries.append(&mut file.entries);
            aliases.append(&mut file.aliases);
            file.holders.into_iter().for_each(|class| self.holders.add(class));
        }
        errors.extend(check_overlaps(&entries));
        for entry in entries {
            self.add_entry(entry);
        }
        for alias in &aliases {
            self.aliases.add(alias);
        }
        errors.extend(aliases.iter().filter_map(|alias| self.check_alias(alias)));
        errors
    }

    /// Adds a rule for each name of an entry.
    fn add_entry(&mut self, Entry { rule, mut names, .. }: Entry) {
        let last = names.pop();
        for (name, _) in names {
            self.add_rule(name, rule.clone());
        }
        if let Some((name, _)) = last {
            self.add_rule(name, rule);
        }
    }

    /// Adds the rule of an entry for one of its names, which stands for `{name}` in the cases.
    fn add_rule(&mut self, name: String, mut rule: Rule) {
        let last_part = name.rsplit('.').next().unwrap_or_default();
        let path = name.strip_prefix("numpy.").map_or_else(|| name.clone(), |rest| format!("np.{rest}"));
        for text in rule.cases.iter_mut().flat_map(|case| [&mut case.setup, &mut case.call]) {
            for (place, meaning) in [("{name}", last_part), ("{path}", &path)] {
                if text.contains(place) {
                    *text = text.replace(place, meaning);
                }
            }
        }
        rule.name.clone_from(&name);
        let id = RuleId(u32::try_from(self.rules.len()).unwrap_or(u32::MAX));
        if rule.is_distinctive {
            self.distinctive.insert(last_part.to_owned(), id);
        }
        self.by_name.entry(name).or_default().insert(0, id);
        self.rules.push(rule);
    }

    /// Names in the same module as `name`, in order, to suggest one of.
    pub(super) fn similar_names(&self, name: &str) -> Vec<&str> {
        let module = name.rsplit_once('.').map_or("", |(module, _)| module);
        let mut names: Vec<&str> =
            self.rules.iter().map(|rule| rule.name.as_str()).filter(|other| nearly(other, name, module)).collect();
        names.sort_unstable();
        names
    }
}

#[cfg(test)]
impl RuleSet {
    /// Every mistake in the embedded files, those in cases among them, as lines.
    pub(super) fn check_embedded() -> Vec<String> {
        let errors = Self::default().add_layer(EMBEDDED_FILES, Proofs::Checked);
        errors.iter().map(|error| format!("line {} of {error}", Self::line(&error.file, error.range.start))).collect()
    }

    /// The line of an embedded file in which a position lies.
    pub(crate) fn line(file: &str, at: usize) -> usize {
        let file = EMBEDDED_FILES.iter().find(|known| known.file == file);
        file.map_or(0, |file| file.text[..at].lines().count())
    }

    /// Adds the rules of one more text on top.
    pub(super) fn add_layer_for_tests(&mut self, text: &str) -> Vec<RuleError> {
        self.add_layer(&[RuleText { file: "t.toml", text }], Proofs::Ignored)
    }
}

/// Every mistake in `files`, results and writes without a case among them.
#[must_use]
pub fn check_rule_files(files: &[RuleText<'_>]) -> Vec<RuleError> {
    RuleSet::embedded().clone().add_layer(files, Proofs::Checked)
}

/// Whether cases are checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proofs {
    Checked,
    Ignored,
}

fn nearly(other: &str, name: &str, module: &str) -> bool {
    other.starts_with(module) && strsim::damerau_levenshtein(other, name) <= name.len() / 3
}

/// What stands in one file.
#[derive(Default)]
struct CompiledFile {
    entries: Vec<Entry>,
    aliases: Vec<Alias>,
    holders: Vec<Holder>,
    errors: Vec<RuleError>,
}

fn compile_file(RuleText { file, text }: RuleText<'_>, proofs: Proofs) -> CompiledFile {
    let mut cx = Reader::new(file, text);
    let mut compiled = CompiledFile::default();
    let (document, problems) = DeTable::parse_recoverable(text);
    for problem in &problems {
        let range = problem.span().unwrap_or(0..0);
        let message = format!("not valid TOML: {}", problem.message().lines().next().unwrap_or_default());
        cx.error(range, message, "correct the syntax here");
    }
    if problems.is_empty() {
        compile_document(&mut cx, document.get_ref(), proofs, &mut compiled);
    }
    compiled.errors = cx.errors;
    compiled
}

fn compile_document(cx: &mut Reader<'_>, document: &DeTable<'_>, proofs: Proofs, compiled: &mut CompiledFile) {
    cx.reject_unknown_keys(
        document,
        &["library", "holders", "buffers", "families", "aliases", "callable", "attribute"],
        "a rule file",
    );
    let library = cx.text_at(document, "library");
    let facts = FileFacts { library: library.as_ref().map(|text| text.value) };
    let families = document.get("families").and_then(|value| cx.table(value));
    let callables = cx.list_at(document, "callable").iter().map(|value| (value, true));
    let attributes = cx.list_at(document, "attribute").iter().map(|value| (value, false));
    for (value, is_callable) in callables.chain(attributes) {
        let found = cx.errors.len();
        let compile = if is_callable { compile_callable } else { compile_attribute };
        let merged = with_family(cx, families, value);
        if cx.errors.len() > found {
            continue;
        }
        let Some(entry) = compile(cx, merged.as_ref().unwrap_or(value), facts) else { continue };
        // Checks of an entry that is half read would report what follows from its other mistakes.
        if cx.errors.len() == found {
            check_results(cx, &entry);
            if proofs == Proofs::Checked {
                check_cases(cx, &entry);
            }
        }
        compiled.entries.push(entry);
    }
    compiled.holders = compile_holders(cx, document);
    if let Some(table) = document.get("aliases").and_then(|value| cx.table(value)) {
        compile_aliases(cx, table, &mut compiled.aliases);
    }
}
