//! Comments that silence: `# ndalias: allow[write-through-view] reason`, `# ndalias: allow-file[mutation] reason`.
//!
//! `allow` holds for findings whose primary place touches the comment's line, `allow-file` for the whole file. The words
//! in brackets are hazards, groups or `all`. A word that silences nothing is a finding of its own, unless the hazards that
//! it names are not looked for.

use super::Profile;
use super::own::{INTERNAL_ERROR, SYNTAX_ERROR, UNUSED_SUPPRESSION};
use super::selection::Selector;
use crate::diagnostic::{Confidence, Diagnostic, Location, Severity};
use crate::hazard;
use crate::source::{Comment, SourceFile, Span, comments};

/// Findings of one file, told apart.
pub struct Kept {
    /// Those that remain, and those about suppressions.
    pub findings: Vec<Diagnostic>,
    /// Those that a comment silenced.
    pub suppressed: Vec<Diagnostic>,
}

/// A comment to ndalias.
struct Directive {
    span: Span,
    /// The line for which it holds; absent, the whole file.
    line: Option<usize>,
    words: Vec<Word>,
}

/// A word between the brackets.
struct Word {
    text: String,
    selector: Result<Selector, String>,
    is_used: bool,
}

/// Takes out what comments silence, and adds a finding for each that silences nothing.
pub fn apply(file: &SourceFile, profile: &Profile, findings: Vec<Diagnostic>) -> Kept {
    let mut kept = Kept { findings: Vec::new(), suppressed: Vec::new() };
    if !file.text.contains("ndalias:") {
        kept.findings = findings;
        return kept;
    }
    let mut complaints = Vec::new();
    let mut directives = Vec::new();
    for comment in comments(&file.text) {
        match parse(file, comment) {
            Some(Ok(directive)) => directives.push(directive),
            Some(Err(message)) => complaints.push(complaint(file, comment.span, message)),
            None => {}
        }
    }
    for finding in findings {
        let is_silenced = finding.hazard != INTERNAL_ERROR && silence(file, &mut directives, &finding);
        if is_silenced { kept.suppressed.push(finding) } else { kept.findings.push(finding) }
    }
    complaints.extend(directives.iter().filter_map(|directive| unused(file, profile, directive)));
    if profile.selection.is_on(UNUSED_SUPPRESSION) {
        kept.findings.append(&mut complaints);
    }
    kept
}

/// The directive in a comment, or what is wrong with it; nothing in a comment for people.
fn parse(file: &SourceFile, comment: Comment<'_>) -> Option<Result<Directive, String>> {
    let body = comment.text.split('#').map(str::trim).find_map(|part| part.strip_prefix("ndalias:"))?.trim();
    let file_rest = body.strip_prefix("allow-file");
    let rest = file_rest.or_else(|| body.strip_prefix("allow")).map(str::trim_start);
    let words = rest.and_then(|rest| rest.strip_prefix('[')?.split_once(']')).map(|(words, _)| words.trim());
    let Some(words) = words.filter(|words| !words.is_empty()) else {
        let message = "this comment says nothing to ndalias; write `# ndalias: allow[hazard] reason`";
        return Some(Err(message.to_owned()));
    };
    let word = |text: &str| Word { text: text.to_owned(), selector: text.parse(), is_used: false };
    let words = words.split(',').map(str::trim).filter(|text| !text.is_empty()).map(word).collect();
    let line = file_rest.is_none().then(|| file.line_at(comment.span.start));
    Some(Ok(Directive { span: comment.span, line, words }))
}

/// Whether a directive silences the finding; marks the words that do.
fn silence(file: &SourceFile, directives: &mut [Directive], finding: &Diagnostic) -> bool {
    let Location { span, .. } = finding.location;
    let lines = file.line_at(span.start)..=file.line_at(span.end.max(span.start + 1) - 1);
    let mut is_silenced = false;
    for directive in directives.iter_mut().filter(|directive| directive.line.is_none_or(|line| lines.contains(&line))) {
        for word in &mut directive.words {
            if word.selector.as_ref().is_ok_and(|selector| selector.takes(finding.hazard)) {
                word.is_used = true;
                is_silenced = true;
            }
        }
    }
    is_silenced
}

/// The finding about the words of a directive that silence nothing.
fn unused(file: &SourceFile, profile: &Profile, directive: &Directive) -> Option<Diagnostic> {
    let idle: Vec<&Word> =
        directive.words.iter().filter(|word| !word.is_used && is_looked_for(profile, word)).collect();
    if idle.is_empty() {
        return None;
    }
    let wrong = idle.iter().find_map(|word| word.selector.as_ref().err());
    let names: Vec<String> = idle.iter().map(|word| format!("`{}`", word.text)).collect();
    let place = if directive.line.is_some() { "on this line" } else { "in this file" };
    let message = wrong.cloned().unwrap_or_else(|| format!("{} silences nothing {place}", names.join(", ")));
    Some(complaint(file, directive.span, message))
}

/// Whether a hazard that the word names is on; only then can it be said to silence nothing.
fn is_looked_for(profile: &Profile, word: &Word) -> bool {
    let Ok(selector) = word.selector else { return true };
    let mut names = hazard::all().iter().map(|hazard| hazard.meta.name).chain([SYNTAX_ERROR]);
    names.any(|name| selector.takes(name) && profile.selection.is_on(name))
}

fn complaint(file: &SourceFile, span: Span, message: String) -> Diagnostic {
    Diagnostic {
        hazard: UNUSED_SUPPRESSION,
        severity: Severity::Info,
        confidence: Confidence::Certain,
        message,
        location: Location { file: file.id, span },
        scope: "<module>".to_owned(),
        steps: Vec::new(),
        help: Some("remove the comment, or correct the name in it".to_owned()),
        fix: None,
    }
}
