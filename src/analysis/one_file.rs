//! One file, read with those of its project that it imports: for `inspect` and `graph`.
//!
//! Imports are looked up as Python does: from the folder above the outermost package that the file is in, then from the top of the
//! project and its `src`. Only what can be reached is read, each file once. What does not parse, or is not there, is unknown.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Profile;
use super::exports::Exports;
use super::pipeline::read_and_lower;
use crate::alias::account::{self, Account};
use crate::alias::graph::BindingGraph;
use crate::alias::inspect::Picture;
use crate::alias::unknown::{self, Unknowns};
use crate::alias::{self, AliasFacts, link};
use crate::ir::{Body, BodyId, BodyKind, Module};
use crate::project::{self, ModuleName, Stars};
use crate::rules::{ProjectRules, RuleId, RuleSet, Targets};
use crate::source::{FileId, FileSystem, SourceFile, Span};
use crate::{lower, syntax};

/// Files that show that a folder is the top of a project.
const MARKS: [&str; 5] = ["pyproject.toml", "ndalias.toml", "setup.py", "setup.cfg", ".git"];

/// Imported files with more text than this, in bytes, are known by the summaries of their functions alone.
const MOST_LINKED: usize = 200_000;

/// One file, and what is known of those that it imports.
pub struct OneFile {
    module: Module,
    /// Its code after that of all that it imports, where that is not too much.
    linked: Option<Module>,
    statements: Vec<Span>,
    rules: RuleSet,
    targets: Targets,
}

/// What is known of one file, for `graph`.
pub struct Understood {
    /// Its code.
    pub module: Module,
    /// What is known about its arrays.
    pub facts: AliasFacts,
    /// Which name has its data from which.
    pub graph: BindingGraph,
}

impl OneFile {
    /// Lowers a file, and analyses those that it imports; `path` is its absolute path.
    #[must_use]
    pub fn read(system: &dyn FileSystem, file: &SourceFile, path: &Path, profile: &Profile) -> Self {
        let mut one = Self::alone(file, profile);
        let path = without_dots(path);
        let (roots, name) = Roots::of(system, &path);
        project::resolve_imports(&mut one.module, &name);
        let mut reached = roots.reach(&one.module, path);
        let stages = {
            let modules: Vec<Option<&Module>> = reached.modules.iter().map(Some).collect();
            project::stages(&modules, &reached.names)
        };
        let last = reached.modules.len();
        let mut modules: Vec<Option<&mut Module>> =
            reached.modules.iter_mut().chain(std::iter::once(&mut one.module)).map(Some).collect();
        reached.names.push(name);
        project::expand_all_stars(&mut modules, &reached.names, &[&stages[..], &[vec![last]]].concat());
        one.linked = reached.linked(&one.module, &file.text, &stages);
        one.rules = profile.rules.with_project(&reached.summaries(&stages, profile));
        one
    }

    /// A file by itself: what it imports is known only where a rule speaks of it.
    fn alone(file: &SourceFile, profile: &Profile) -> Self {
        let parsed = syntax::parse(&file.text);
        Self {
            module: lower::lower(file.id, &parsed, &file.text),
            linked: None,
            statements: syntax::statements(&parsed),
            rules: profile.rules.with_project(&Arc::default()),
            targets: profile.targets.clone(),
        }
    }

    /// Its code.
    #[must_use]
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The memory picture after the line that starts at `at` and ends at `limit`.
    #[must_use]
    pub fn picture(&self, at: u32, limit: u32) -> Picture {
        let module = self.linked.as_ref().unwrap_or(&self.module);
        alias::inspect::picture(module, &self.rules, &self.targets, &self.statements, at, limit)
    }

    /// Follows the arrays without looking for hazards.
    #[must_use]
    pub fn understand(self) -> Understood {
        let facts = alias::analyze(&self.module, &self.rules, &self.targets);
        let graph = BindingGraph::of(&self.module, &facts, &self.rules);
        Understood { module: self.module, facts, graph }
    }

    /// What a function does, and where its name stands; of several of one name, the last.
    #[must_use]
    pub fn account(&self, qualname: &str) -> Option<(Account, BodyId)> {
        let is_it = |body: &Body| body.kind == BodyKind::Function && body.qualname == qualname;
        let (id, _) = self.module.bodies.iter_ids().rfind(|(_, body)| is_it(body))?;
        let facts = alias::analyze(&self.module, &self.rules, &self.targets);
        Some((account::of_function(&self.module, &facts, &self.rules, id), id))
    }

    /// The bindings that are unknown.
    #[must_use]
    pub fn unknowns(&self) -> Unknowns {
        let facts = alias::analyze(&self.module, &self.rules, &self.targets);
        unknown::of_module(&self.module, &facts, &self.rules)
    }
}

/// The rules that apply in a file by itself, each with the place where it does first, by place.
#[must_use]
pub fn used_rules(file: &SourceFile, profile: &Profile) -> Vec<(RuleId, Span)> {
    let one = OneFile::alone(file, profile);
    let facts = alias::analyze(&one.module, &one.rules, &one.targets);
    let mut used: Vec<(RuleId, Span)> = facts.used_rules.into_iter().collect();
    used.sort_unstable_by_key(|(id, span)| (*span, *id));
    used
}

/// The folders that imports start from.
pub(super) struct Roots<'s> {
    system: &'s dyn FileSystem,
    folders: Vec<PathBuf>,
}

/// The files that one file reaches through imports.
#[derive(Default)]
struct Reached {
    modules: Vec<Module>,
    names: Vec<ModuleName>,
    paths: Vec<String>,
    texts: Vec<String>,
}

impl<'s> Roots<'s> {
    /// Those of a file, and its name as a module.
    pub(super) fn of(system: &'s dyn FileSystem, path: &Path) -> (Self, ModuleName) {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let is_package = stem == "__init__";
        let mut parts = if is_package { Vec::new() } else { vec![stem] };
        let mut folder = path.parent().unwrap_or(Path::new(""));
        while is_file(system, &folder.join("__init__.py"))
            && let (Some(name), Some(above)) = (folder.file_name(), folder.parent())
        {
            parts.push(name.to_string_lossy().into_owned());
            folder = above;
        }
        parts.reverse();
        let mut folders = vec![folder.to_owned()];
        let is_top = |folder: &&Path| MARKS.iter().any(|mark| system.is_folder(&folder.join(mark)).is_ok());
        if let Some(top) = folder.ancestors().find(is_top) {
            for folder in [top.to_owned(), top.join("src")] {
                if !folders.contains(&folder) {
                    folders.push(folder);
                }
            }
        }
        (Self { system, folders }, ModuleName { text: parts.join("."), is_package })
    }

    /// The file of a module.
    pub(super) fn find(&self, name: &str) -> Option<(PathBuf, ModuleName)> {
        let relative: PathBuf = name.split('.').collect();
        self.folders.iter().find_map(|root| {
            let package = root.join(&relative).join("__init__.py");
            if is_file(self.system, &package) {
                return Some((package, ModuleName { text: name.to_owned(), is_package: true }));
            }
            let module = root.join(&relative).with_added_extension("py");
            is_file(self.system, &module).then(|| (module, ModuleName { text: name.to_owned(), is_package: false }))
        })
    }

    /// All that a module imports, and what that imports, but for the file at `own`, which is the module itself.
    fn reach(&self, module: &Module, own: PathBuf) -> Reached {
        let mut reached = Reached::default();
        let (mut asked, mut read): (FxHashSet<String>, FxHashSet<PathBuf>) =
            (FxHashSet::default(), [own].into_iter().collect());
        let mut wanted: BTreeSet<String> = project::imports(module).into_iter().map(str::to_owned).collect();
        while !wanted.is_empty() {
            let found = wanted.iter().filter_map(|name| self.find(name)).filter(|(path, _)| read.insert(path.clone()));
            let found: Vec<(PathBuf, ModuleName)> = found.collect();
            asked.extend(wanted);
            let modules: Vec<_> = found
                .into_par_iter()
                .filter_map(|(path, name)| Some((self.lowered(&path, &name)?, name, path)))
                .collect();
            wanted = BTreeSet::new();
            for ((module, text), name, path) in modules {
                let imports = project::imports(&module).into_iter().filter(|name| !asked.contains(*name));
                wanted.extend(imports.map(str::to_owned));
                reached.modules.push(module);
                reached.names.push(name);
                reached.paths.push(path.display().to_string());
                reached.texts.push(text);
            }
        }
        reached
    }

    /// The code of a file, where it can be read and is Python throughout, and its text.
    fn lowered(&self, path: &Path, name: &ModuleName) -> Option<(Module, String)> {
        let prepared = read_and_lower(self.system, path, None, FileId(0)).ok()?;
        let mut module = prepared.module.filter(|_| prepared.findings.is_empty())?;
        project::resolve_imports(&mut module, name);
        Some((module, prepared.file.text.clone()))
    }
}

impl Reached {
    /// A module with the code of these files before its own; nothing where there are none, or that would be too much.
    ///
    /// Each file is lowered once more, as if its text stood behind that of the module, so that a place is of one file only.
    fn linked(&self, main: &Module, text: &str, stages: &[Vec<usize>]) -> Option<Module> {
        let length: usize = self.texts.iter().map(String::len).sum();
        if self.texts.is_empty() || length > MOST_LINKED {
            return None;
        }
        let mut linked = main.clone();
        let (mut offset, mut libraries) = (text.len() + 1, Vec::new());
        for &index in stages.iter().flatten() {
            let name = &self.names[index];
            let text = format!("{}{}", "\n".repeat(offset), self.texts[index]);
            offset = text.len() + 1;
            let mut module = lower::lower_with(&linked.names, FileId(0), &syntax::parse(&text), &text);
            project::resolve_imports(&mut module, name);
            linked.names = std::mem::take(&mut module.names);
            libraries.push((name.text.clone(), module));
        }
        let mut stars = Stars::default();
        for (name, module) in &mut libraries {
            std::mem::swap(&mut module.names, &mut linked.names);
            stars.expand(module, name, true);
            std::mem::swap(&mut module.names, &mut linked.names);
        }
        link::link(&mut linked, libraries);
        Some(linked)
    }

    /// What the functions of the files do.
    fn summaries(&self, stages: &[Vec<usize>], profile: &Profile) -> Arc<ProjectRules> {
        let mut known = Arc::new(ProjectRules::default());
        for stage in stages {
            let exports: Vec<Exports> = stage.par_iter().map(|index| self.exports(*index, profile, &known)).collect();
            let project = Arc::make_mut(&mut known);
            for exports in exports {
                exports.add_to(project);
            }
        }
        known
    }

    /// What one of the files has for the others; nothing where ndalias fails on it.
    fn exports(&self, index: usize, profile: &Profile, known: &Arc<ProjectRules>) -> Exports {
        let (module, name) = (&self.modules[index], &self.names[index]);
        let analysed = catch_unwind(AssertUnwindSafe(|| {
            let rules = profile.rules.with_project(known);
            let facts = alias::analyze(module, &rules, &profile.targets);
            Exports::of(module, &facts, name, &self.paths[index])
        }));
        analysed.unwrap_or_default()
    }
}

fn is_file(system: &dyn FileSystem, path: &Path) -> bool {
    matches!(system.is_folder(path), Ok(false))
}

/// A path without `.` and `..`.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = plain.pop(),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}
