//! Arguments of tests and geometry operations: parameters and literals, counted and resolved.

use super::error::{Parsed, Problem, suggestion};
use super::lexer::{Cursor, Token};
use super::schema::{Arg, Param, ParamIdx};

/// The parameters that names in an entry may mean.
#[derive(Clone, Copy)]
pub(super) struct Scope<'p>(pub(super) &'p [Param]);

impl Scope<'_> {
    /// The parameter called `name`.
    pub(super) fn find(self, name: &str) -> Option<ParamIdx> {
        self.0.iter().position(|param| param.name == name).and_then(|index| ParamIdx::try_from(index).ok())
    }

    /// The parameter called `name`, or the error that there is none.
    pub(super) fn resolve(self, name: &str, range: std::ops::Range<usize>) -> Parsed<ParamIdx> {
        self.find(name).ok_or_else(|| {
            let help = suggestion(name, self.0.iter().map(|param| param.name.as_str()));
            Problem::new(range, format!("the signature has no parameter `{name}`"), help)
        })
    }

    /// Takes the name of a parameter, which must stand here.
    pub(super) fn param(self, cursor: &mut Cursor<'_>) -> Parsed<ParamIdx> {
        let range = cursor.range();
        let name = cursor.name("a parameter")?;
        self.resolve(name, range)
    }

    /// One or more parameters in parentheses.
    pub(super) fn params(self, cursor: &mut Cursor<'_>) -> Parsed<Vec<ParamIdx>> {
        cursor.expect("(")?;
        let mut params = vec![self.param(cursor)?];
        while cursor.eat(",") {
            params.push(self.param(cursor)?);
        }
        cursor.expect(")")?;
        Ok(params)
    }
}

/// A word of a closed vocabulary, what it stands for, and the form of its arguments.
///
/// The form lists argument names. `p`, `q`, `a`, `x` and `arrays` must be parameters of the rule, `letters` and `text` strings;
/// the others may be a parameter or a literal. `?` marks an optional argument, `*` one or more.
pub(super) type Word<T> = (&'static str, T, &'static str);

/// Parses the arguments in parentheses of `word`, which begins at `start`.
pub(super) fn arguments<T>(
    cursor: &mut Cursor<'_>,
    scope: Scope<'_>,
    start: usize,
    word: &Word<T>,
) -> Parsed<Vec<Arg>> {
    let (name, _, form) = word;
    let slots: Vec<&str> = form.split(", ").filter(|slot| !slot.is_empty()).collect();
    let many = form.ends_with('*');
    let mut args = Vec::new();
    if cursor.eat("(") {
        while !cursor.eat(")") {
            let slot = slots.get(args.len()).or(if many { slots.last() } else { None });
            args.push(argument(cursor, scope, slot.copied().unwrap_or_default())?);
            if *cursor.peek() != Token::Symbol(")") {
                cursor.expect(",")?;
            }
        }
    }
    let required = slots.iter().filter(|slot| !slot.ends_with('?')).count();
    if args.len() < required || (!many && args.len() > slots.len()) {
        let message = format!("`{name}` takes {}, not {}", count_in_words(required, slots.len(), many), args.len());
        let help = format!("write `{name}({})`", form.replace('*', ", ..."));
        return Err(Problem::new(cursor.range_from(start), message, help));
    }
    Ok(args)
}

fn argument(cursor: &mut Cursor<'_>, scope: Scope<'_>, slot: &str) -> Parsed<Arg> {
    let slot = slot.trim_end_matches(['?', '*']);
    let range = cursor.range();
    let literal = cursor.literal();
    match (slot, literal) {
        ("p" | "q" | "a" | "x" | "arrays", Some(_)) => {
            Err(Problem::new(range, "a literal stands where a parameter is expected", "name a parameter here"))
        }
        ("letters" | "text", None) => {
            Err(Problem::new(range, "a name stands where a string is expected", "write a string such as \"iu\""))
        }
        (_, Some(literal)) => Ok(Arg::Literal(literal)),
        (_, None) => scope.param(cursor).map(Arg::Param),
    }
}

fn count_in_words(least: usize, most: usize, many: bool) -> String {
    let plural = |count: usize| if count == 1 { "argument" } else { "arguments" };
    if many {
        format!("{least} or more arguments")
    } else if least == most {
        format!("{least} {}", plural(least))
    } else {
        format!("{least} to {most} arguments")
    }
}
