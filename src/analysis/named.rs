//! Functions of a project by their dotted names.

use std::path::{Path, PathBuf};

use super::one_file::{OneFile, Roots};
use super::suggest::did_you_mean;
use super::{ConfigError, Configs};
use crate::alias::account::Account;
use crate::alias::namesake;
use crate::ir::{Body, BodyKind, Module, ParamDefault, ParamKind};
use crate::source::{FileId, FileSystem, PathError, SourceFile, Span};

/// Names that stand for names are followed this far.
const DEPTH: usize = 8;

/// A function, and what it does.
pub struct NamedFunction {
    /// Its name with its parameters.
    pub heading: String,
    /// Its file.
    pub file: SourceFile,
    /// Where its name stands.
    pub span: Span,
    /// What it does.
    pub account: Account,
}

/// Why there is no account of a function.
#[derive(Debug)]
pub enum NoFunction {
    /// No module of the project has this name, or a part of it.
    NoModule,
    /// The module has no such function; what to do, in one line.
    NotInModule(String),
    /// The file cannot be read.
    Unreadable(PathError),
    /// The configuration that holds for the file cannot be used.
    Config(ConfigError),
}

/// The function of the project around a folder that goes by a dotted name.
///
/// # Errors
///
/// Where there is none.
pub fn find_function(
    system: &dyn FileSystem,
    folder: &Path,
    configs: &Configs<'_>,
    name: &str,
) -> Result<NamedFunction, NoFunction> {
    let (roots, _) = Roots::of(system, &folder.join("any.py"));
    let mut name = name.to_owned();
    for _ in 0..DEPTH {
        let (path, module, own) = split(&roots, &name).ok_or(NoFunction::NoModule)?;
        let bytes = system.read(&path).map_err(|error| NoFunction::Unreadable(PathError::new(&path, &error)))?;
        let shown = path.strip_prefix(folder).unwrap_or(&path);
        let file = SourceFile::from_bytes(FileId(0), shown, &bytes);
        let profile = configs.profile(&path).map_err(NoFunction::Config)?;
        let one = OneFile::read(system, &file, &path, &profile);
        if let Some((account, id)) = one.account(own) {
            let body = &one.module().bodies[id];
            let heading = format!("{module}.{}({})", body.qualname, parameters(one.module(), body));
            return Ok(NamedFunction { heading, file, span: body.name_span, account });
        }
        let (first, rest) = own.find('.').map_or((own, ""), |dot| own.split_at(dot));
        let Some(target) = namesake::import_of(one.module(), first) else {
            return Err(NoFunction::NotInModule(not_in(&one, module, own)));
        };
        name = format!("{target}{rest}");
    }
    Err(NoFunction::NoModule)
}

/// The file of the longest module that a name begins with, the module's name, and the rest.
fn split<'n>(roots: &Roots<'_>, name: &'n str) -> Option<(PathBuf, &'n str, &'n str)> {
    name.rmatch_indices('.').find_map(|(dot, _)| {
        let (path, _) = roots.find(&name[..dot])?;
        Some((path, &name[..dot], &name[dot + 1..]))
    })
}

fn not_in(one: &OneFile, module: &str, own: &str) -> String {
    let bodies = one.module().bodies.iter().filter(|body| body.kind == BodyKind::Function);
    let known: Vec<String> = bodies.map(|body| format!("{module}.{}", body.qualname)).collect();
    let hint = did_you_mean(&format!("{module}.{own}"), known.iter().map(String::as_str));
    let hint = if hint.is_empty() { "; name a function of it, or a method as `Class.method`".to_owned() } else { hint };
    format!("`{module}` has no function `{own}`{hint}")
}

fn parameters(module: &Module, body: &Body) -> String {
    let mut parts = Vec::new();
    let mut has_star = false;
    for param in &body.params {
        let name = body.locals[param.local].name.map_or("", |name| module.names.text(name));
        if param.kind == ParamKind::KeywordOnly && !has_star {
            parts.push("*".to_owned());
        }
        has_star |= matches!(param.kind, ParamKind::KeywordOnly | ParamKind::VarPositional);
        let default = if param.default == ParamDefault::Required { "" } else { "=..." };
        parts.push(match param.kind {
            ParamKind::VarPositional => format!("*{name}"),
            ParamKind::VarKeyword => format!("**{name}"),
            ParamKind::PositionalOnly | ParamKind::Either | ParamKind::KeywordOnly => format!("{name}{default}"),
        });
    }
    parts.join(", ")
}
