//! What a case says comes back: the text of `gives`, read.

use super::error::{Parsed, Problem};
use super::lexer::{Cursor, Token};
use super::schema::{Container, Relation};

/// The value of `gives`: `view of a, b`, `copy`, `list of view of a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gives {
    /// What wraps the results.
    pub container: Option<Container>,
    /// The relation of the result, or of each element.
    pub relation: Relation,
    /// The variables of the setup that it is, or shares memory with.
    pub of: Vec<String>,
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
}

/// Parses the text of `gives`.
pub(super) fn parse_gives(text: &str) -> Parsed<Gives> {
    let mut cursor = Cursor::new(text)?;
    let container = container(&mut cursor)?;
    let range = cursor.range();
    let word = cursor.name("a result")?;
    let Some(relation) = relation_named(word) else {
        let help = "write `same as a`, `view of a`, `copy`, `scalar`, `value`, `none` or `unknown`, or `list of ...`";
        return Err(Problem::new(range, format!("`{word}` is no result"), help));
    };
    let mut of = Vec::new();
    match relation {
        Relation::Same => of = variables(&mut cursor, "as")?,
        Relation::View => of = variables(&mut cursor, "of")?,
        _ => {}
    }
    cursor.expect_end()?;
    Ok(Gives { container, relation, of })
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

fn container(cursor: &mut Cursor<'_>) -> Parsed<Option<Container>> {
    let Token::Name(word) = *cursor.peek() else {
        return Ok(None);
    };
    let container = container_named(word);
    if container.is_some() {
        cursor.take();
        if !cursor.eat_word("of") {
            return Err(cursor.unexpected("`of`"));
        }
    }
    Ok(container)
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
