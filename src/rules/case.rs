//! What a case says comes back: the text of `gives`, read.

use std::fmt;

use super::error::{Parsed, Problem};
use super::lexer::{Cursor, Token};
use super::schema::{Container, Outcome, Relation};

/// The value of `gives`: `view of a, b`, `copy`, `list of view of a`, `tuple (copy; scalar)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gives {
    /// What wraps the results.
    pub container: Option<Container>,
    /// The relation of the result, or of each element.
    pub relation: Relation,
    /// The variables of the setup that it is, or shares memory with.
    pub of: Vec<String>,
    /// The elements of a container whose elements differ; the relation is unknown then.
    pub items: Vec<Gives>,
}

/// What a result is, apart from which arguments it concerns: cases and results are matched by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResultKind {
    /// What wraps the results.
    pub container: Option<Container>,
    /// The relation of the result, or of each element.
    pub relation: Relation,
    /// The elements of a container whose elements differ.
    pub items: Vec<ResultKind>,
}

impl ResultKind {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.relation == Relation::Unknown && self.items.is_empty()
    }
}

impl fmt::Display for ResultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let container = match self.container {
            None => "",
            Some(Container::List) => "list",
            Some(Container::Tuple) => "tuple",
            Some(Container::Iterator) => "iterator",
        };
        if !self.items.is_empty() {
            let items: Vec<String> = self.items.iter().map(ToString::to_string).collect();
            return write!(f, "{container} ({})", items.join("; "));
        }
        if self.container.is_some() {
            write!(f, "{container} of ")?;
        }
        f.write_str(match self.relation {
            Relation::Same => "`same`",
            Relation::View => "`view`",
            Relation::Copy => "`copy`",
            Relation::Scalar => "`scalar`",
            Relation::Value => "`value`",
            Relation::None => "`none`",
            Relation::Unknown => "`unknown`",
        })
    }
}

impl Outcome {
    /// What it is, apart from which parameters it concerns.
    #[must_use]
    pub fn kind(&self) -> ResultKind {
        let items = self.items.iter().map(Self::kind).collect();
        ResultKind { container: self.container, relation: self.is, items }
    }

    /// Whether a case that gives `shown` proves this result: as a whole or, with `each`, in one of its elements.
    #[must_use]
    pub fn is_shown_by(&self, shown: &ResultKind) -> bool {
        let is_item = |item: &ResultKind| self.each.is_some() && item.container.is_none() && item.relation == self.is;
        self.kind() == *shown || (self.container == shown.container && shown.items.iter().any(is_item))
    }
}

/// Whether `results` allow what a case gives; of an unknown result it shows why.
pub(super) fn allow(results: &[Outcome], shown: &ResultKind) -> bool {
    let is_allowed = |result: &Outcome| result.kind().is_unknown() || result.kind() == *shown;
    let is_element = |item: &ResultKind| {
        let each = ResultKind { items: vec![item.clone()], ..shown.clone() };
        results.iter().any(|result| result.each.is_some() && result.is_shown_by(&each))
    };
    results.iter().any(is_allowed) || (!shown.items.is_empty() && shown.items.iter().all(is_element))
}

impl Gives {
    /// Reads the text of `gives`.
    ///
    /// # Errors
    ///
    /// One line that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_gives(text).map_err(|problem| format!("{}; {}", problem.message, problem.help))
    }

    /// What it is, apart from which variables it concerns.
    #[must_use]
    pub fn kind(&self) -> ResultKind {
        let items = self.items.iter().map(Self::kind).collect();
        ResultKind { container: self.container, relation: self.relation, items }
    }
}

/// Parses the text of `gives`.
pub(super) fn parse_gives(text: &str) -> Parsed<Gives> {
    let mut cursor = Cursor::new(text)?;
    let gives = gives(&mut cursor)?;
    cursor.expect_end()?;
    Ok(gives)
}

/// Parses the results that a contract promises: `same as x or copy`.
pub(super) fn parse_promise(text: &str) -> Parsed<Vec<(Relation, Vec<String>)>> {
    let mut cursor = Cursor::new(text)?;
    let mut results = Vec::new();
    loop {
        let result = gives(&mut cursor)?;
        results.push((if result.container.is_some() { Relation::Unknown } else { result.relation }, result.of));
        if !cursor.eat_word("or") {
            cursor.expect_end()?;
            return Ok(results);
        }
    }
}

fn gives(cursor: &mut Cursor<'_>) -> Parsed<Gives> {
    let container = container(cursor);
    if container.is_some() && cursor.eat("(") {
        let mut items = vec![gives(cursor)?];
        while cursor.eat(";") {
            items.push(gives(cursor)?);
        }
        cursor.expect(")")?;
        return Ok(Gives { container, relation: Relation::Unknown, of: Vec::new(), items });
    }
    if container.is_some() && !cursor.eat_word("of") {
        return Err(cursor.unexpected("`of`"));
    }
    let range = cursor.range();
    let word = cursor.name("a result")?;
    let Some(relation) = relation_named(word) else {
        let help = "write `same as a`, `view of a`, `copy`, `scalar`, `value`, `none` or `unknown`, or `list of ...`";
        return Err(Problem::new(range, format!("`{word}` is no result"), help));
    };
    let of = match relation {
        Relation::Same => variables(cursor, "as")?,
        Relation::View => variables(cursor, "of")?,
        Relation::Copy | Relation::Scalar | Relation::Value | Relation::None | Relation::Unknown => Vec::new(),
    };
    Ok(Gives { container, relation, of, items: Vec::new() })
}

/// The relation that `is` or `gives` calls by this word.
pub(super) fn relation_named(word: &str) -> Option<Relation> {
    Some(match word {
        "same" => Relation::Same,
        "view" => Relation::View,
        "copy" => Relation::Copy,
        "scalar" => Relation::Scalar,
        "value" => Relation::Value,
        "none" => Relation::None,
        "unknown" => Relation::Unknown,
        _ => return None,
    })
}

/// The container called by this word.
pub(super) fn container_named(word: &str) -> Option<Container> {
    Some(match word {
        "list" => Container::List,
        "tuple" => Container::Tuple,
        "iterator" => Container::Iterator,
        _ => return None,
    })
}

fn container(cursor: &mut Cursor<'_>) -> Option<Container> {
    let Token::Name(word) = *cursor.peek() else { return None };
    let container = container_named(word);
    if container.is_some() {
        cursor.take();
    }
    container
}

fn variables(cursor: &mut Cursor<'_>, word: &str) -> Parsed<Vec<String>> {
    if !cursor.eat_word(word) {
        return Err(cursor.unexpected(&format!("`{word}`")));
    }
    let mut variables = vec![cursor.name("a variable of the setup")?.to_owned()];
    while cursor.eat(",") {
        variables.push(cursor.name("a variable of the setup")?.to_owned());
    }
    Ok(variables)
}
