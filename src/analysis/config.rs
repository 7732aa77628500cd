//! Which configuration holds for which file.
//!
//! `ndalias.toml`, or the table `[tool.ndalias]` of `pyproject.toml`, holds for its folder and everything below, up to the
//! next one; they are not merged. Without a target the nearest requirement on a library decides: of `pyproject.toml`, else of a
//! `requirements*.txt`.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::profile::{Options, Profile};
use super::requirement::{self, Requirements};
use super::selection::Selection;
use super::toml_config::{self, Table, Words};
use crate::diagnostic::{Confidence, Severity};
use crate::rules::{RuleSet, RuleText, Targets};
use crate::source::{FileSystem, Patterns};

/// Where configuration comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigSource {
    /// The nearest file above each analysed file.
    Discover,
    /// This file, for all.
    File(PathBuf),
    /// Nowhere: only the options count.
    Isolated,
}

/// A configuration or rule file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, or the option.
    pub file: String,
    /// The 1-based line.
    pub line: Option<usize>,
    /// What is wrong and what to do, in one line.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for ConfigError {}

type Found<T> = Result<T, ConfigError>;

/// What holds in a folder.
#[derive(Clone, Debug)]
struct Folder {
    /// The folder that paths of the table count from.
    at: PathBuf,
    table: Arc<Table>,
    /// What the project asks for, here or above.
    requirements: Arc<Requirements>,
    profile: Arc<Profile>,
    excluded: Patterns,
}

/// The configurations of a run.
pub struct Configs<'a> {
    system: &'a dyn FileSystem,
    root: PathBuf,
    source: ConfigSource,
    options: Options,
    excluded: Patterns,
    folders: Mutex<BTreeMap<PathBuf, Found<Arc<Folder>>>>,
    rule_sets: Mutex<BTreeMap<Vec<PathBuf>, Arc<RuleSet>>>,
}

impl<'a> Configs<'a> {
    /// Configurations for files below or beside `root`, the folder from which relative paths count.
    ///
    /// # Errors
    ///
    /// Where an option cannot be used.
    pub fn new(
        system: &'a dyn FileSystem,
        root: PathBuf,
        source: ConfigSource,
        mut options: Options,
    ) -> Result<Self, ConfigError> {
        let bad = |message: String| ConfigError { file: "--extend-exclude".to_owned(), line: None, message };
        let excluded = Patterns::new(&root, &options.extend_exclude).map_err(bad)?;
        for rules in &mut options.rules {
            *rules = root.join(&*rules);
        }
        let (folders, rule_sets) = (Mutex::default(), Mutex::default());
        Ok(Self { system, root, source, options, excluded, folders, rule_sets })
    }

    /// What holds for the file at `path`.
    ///
    /// # Errors
    ///
    /// Where its configuration, or a rule file named there, cannot be used.
    pub fn profile(&self, path: &Path) -> Result<Arc<Profile>, ConfigError> {
        let path = self.root.join(path);
        self.folder(path.parent().unwrap_or(Path::new(""))).map(|folder| Arc::clone(&folder.profile))
    }

    /// Whether a path found in a folder is not to be read. A configuration that cannot be used excludes nothing.
    pub fn is_excluded(&self, path: &Path, is_folder: bool) -> bool {
        let path = self.root.join(path);
        let by_config = || {
            let folder = self.folder(path.parent().unwrap_or(Path::new("")));
            folder.is_ok_and(|folder| folder.excluded.matches(&path, is_folder))
        };
        self.excluded.matches(&path, is_folder) || by_config()
    }

    fn folder(&self, at: &Path) -> Found<Arc<Folder>> {
        if let Some(known) = lock(&self.folders).get(at) {
            return known.clone();
        }
        let found = self.find(at);
        lock(&self.folders).insert(at.to_owned(), found.clone());
        found
    }

    fn find(&self, at: &Path) -> Found<Arc<Folder>> {
        let base = || self.make(self.root.clone(), Arc::default(), Arc::default()).map(Arc::new);
        let file = match &self.source {
            ConfigSource::Isolated => return if at == self.root { base() } else { self.folder(&self.root) },
            ConfigSource::File(_) if at != self.root => return self.folder(&self.root),
            ConfigSource::File(file) => {
                let path = self.root.join(file);
                let text =
                    self.read(&path)?.ok_or_else(|| self.error(&path, "there is no such file; check --config"))?;
                let read = self.parse(&path, &text)?;
                let folder = path.parent().unwrap_or(Path::new("")).to_owned();
                return self
                    .make(folder, Arc::new(read.table.unwrap_or_default()), Arc::new(read.requirements))
                    .map(Arc::new);
            }
            ConfigSource::Discover => at,
        };
        let above = || at.parent().map_or_else(base, |parent| self.folder(parent));
        let path = file.join("pyproject.toml");
        let project = self.read(&path)?.map(|text| self.parse(&path, &text)).transpose()?.unwrap_or_default();
        let path = file.join("ndalias.toml");
        let own = self.read(&path)?.map(|text| self.parse(&path, &text)).transpose()?.and_then(|read| read.table);
        let mut requirements = project.requirements;
        for (library, specifiers) in self.listed_requirements(at)? {
            requirements.entry(library).or_insert(specifiers);
        }
        match (own.or(project.table), requirements.is_empty()) {
            (None, true) => above(),
            (None, false) => {
                let above = above()?;
                let requirements = with_above(requirements, &above);
                self.make(above.at.clone(), Arc::clone(&above.table), requirements).map(Arc::new)
            }
            (Some(table), _) => {
                let requirements = match above() {
                    Ok(above) => with_above(requirements, &above),
                    Err(_) => Arc::new(requirements),
                };
                self.make(at.to_owned(), Arc::new(table), requirements).map(Arc::new)
            }
        }
    }

    /// The requirements of the `requirements*.txt` files of a folder; the first file by name that asks for a library counts.
    fn listed_requirements(&self, folder: &Path) -> Found<Requirements> {
        let is_list = |path: &PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy());
            name.is_some_and(|name| name.starts_with("requirements") && name.ends_with(".txt"))
        };
        // A folder that cannot be listed holds no requirement; what cannot be read in it is reported where it is analysed.
        let mut files: Vec<PathBuf> =
            self.system.files(folder).unwrap_or_default().into_iter().filter(is_list).collect();
        files.sort();
        let mut found = Requirements::new();
        for file in files {
            let text = self.read(&file)?.unwrap_or_default();
            for (library, specifiers) in requirement::of_lines(&text) {
                found.entry(library).or_insert(specifiers);
            }
        }
        Ok(found)
    }

    /// The text of a configuration file, where there is one.
    fn read(&self, path: &Path) -> Found<Option<String>> {
        match self.system.read(path) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(self.error(path, &format!("cannot be read: {error}"))),
        }
    }

    fn parse(&self, path: &Path, text: &str) -> Found<toml_config::Read> {
        let is_project = path.file_name().is_some_and(|name| name == "pyproject.toml");
        toml_config::read(text, is_project).map_err(|(line, message)| {
            let file = self.shown(path);
            ConfigError { file, line, message }
        })
    }

    /// A configuration with the options laid over it.
    fn make(&self, at: PathBuf, table: Arc<Table>, requirements: Arc<Requirements>) -> Found<Folder> {
        let options = &self.options;
        let config_ignore = if options.select.is_some() { Vec::new() } else { table.ignore.selectors() };
        let selection = Selection {
            select: options.select.clone().or_else(|| table.select.as_ref().map(Words::selectors)),
            ignore: options.ignore.clone().unwrap_or(config_ignore),
        };
        let mut files: Vec<PathBuf> = table.rules.iter().map(|rules| at.join(rules)).collect();
        files.extend(options.rules.iter().cloned());
        let profile = Profile {
            selection,
            level: options.level.or(table.level).unwrap_or(Severity::Info),
            fail_on: options.fail_on.or(table.fail_on).unwrap_or(Severity::Warning),
            confidence: options.confidence.or(table.confidence).unwrap_or(Confidence::Likely),
            rules: self.rule_set(files)?,
            targets: self.targets(&table, &requirements)?,
            statistics: options.statistics,
        };
        let excluded = Patterns::new(&at, &table.extend_exclude).map_err(|message| self.error(&at, &message))?;
        Ok(Folder { at, table, requirements, profile: Arc::new(profile), excluded })
    }

    /// Requirement first, configuration over it, options over both.
    fn targets(&self, table: &Table, requirements: &Requirements) -> Found<Targets> {
        let mut targets = Targets::default();
        let wrong = |message: String| ConfigError { file: "target".to_owned(), line: None, message };
        let configured = table.target.iter().map(|(library, version)| format!("{library}={version}"));
        for target in
            requirement::targets(requirements).into_iter().chain(configured).chain(self.options.targets.iter().cloned())
        {
            targets.set(&target).map_err(wrong)?;
        }
        Ok(targets)
    }

    fn rule_set(&self, files: Vec<PathBuf>) -> Found<Arc<RuleSet>> {
        if let Some(known) = lock(&self.rule_sets).get(&files) {
            return Ok(Arc::clone(known));
        }
        let mut texts = Vec::new();
        for path in &files {
            let text = self.read(path)?.ok_or_else(|| self.error(path, "there is no such rule file; check --rules"))?;
            texts.push((self.shown(path), text));
        }
        let files_of_texts: Vec<_> = texts.iter().map(|(file, text)| RuleText { file, text }).collect();
        let rules = RuleSet::with_user_files(&files_of_texts).map_err(|errors| {
            let Some(first) = errors.first() else { return self.error(Path::new("rules"), "cannot be loaded") };
            let text = texts.iter().find(|(file, _)| *file == first.file).map_or("", |(_, text)| text.as_str());
            let file = first.file.clone();
            let message =
                format!("{}; {} (`ndalias rules check {file}` shows every mistake)", first.message, first.help);
            ConfigError { line: Some(toml_config::line_of(text, first.range.start)), file, message }
        })?;
        let rules = Arc::new(rules);
        lock(&self.rule_sets).insert(files, Arc::clone(&rules));
        Ok(rules)
    }

    fn error(&self, path: &Path, message: &str) -> ConfigError {
        ConfigError { file: self.shown(path), line: None, message: message.to_owned() }
    }

    /// A path as people would write it.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// A folder's own requirements, and those above on other libraries.
fn with_above(mut own: Requirements, above: &Folder) -> Arc<Requirements> {
    for (library, specifiers) in above.requirements.iter() {
        own.entry(library.clone()).or_insert_with(|| specifiers.clone());
    }
    Arc::new(own)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
