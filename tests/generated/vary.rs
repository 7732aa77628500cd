//! Calls made from the cases of a rule: operands varied, and keyword arguments added.

use std::fmt::Write as _;

use ndalias::rules::{Case, ParamKind, Rule};

use super::operand::varied;
use super::random::Random;

/// Values worth passing for parameters of these names.
const ARGUMENTS: [(&str, &[&str]); 14] = [
    ("order", &["'C'", "'F'", "'A'", "'K'"]),
    ("axis", &["None", "0", "1", "-1", "(0,)", "(0, 1)"]),
    ("keepdims", &["True", "False"]),
    ("copy", &["True", "False", "None"]),
    ("dtype", &["None", "float", "'f4'", "int", "complex", "object"]),
    ("subok", &["True", "False"]),
    ("ndmin", &["0", "1", "2", "3"]),
    ("overwrite_input", &["True", "False"]),
    ("decimals", &["0", "2"]),
    ("out", &["None", "np.zeros((2, 3))", "np.zeros(3)"]),
    ("where", &["True", "[[True], [False]]"]),
    ("k", &["0", "1", "2"]),
    ("mode", &["'clip'", "'raise'"]),
    ("return_index", &["True", "False"]),
];

/// A line of the setup of a case.
enum Line<'c> {
    /// `name = expression`, where the expression makes something that an operand may take the place of.
    Operand(&'c str, &'c str),
    /// Anything else.
    Other(&'c str),
}

/// The setup and the call of a case, varied; nothing where it has no operand.
pub fn vary(random: &mut Random, rule: &Rule, case: &Case) -> Option<(String, String)> {
    let lines: Vec<Line<'_>> = statements(&case.setup).map(|line| read(line, &case.call)).collect();
    let operands = lines.iter().filter(|line| matches!(line, Line::Operand(..))).count();
    if operands == 0 {
        return None;
    }
    let chosen = random.below(operands);
    let mut setup = String::new();
    let mut position = 0;
    for line in &lines {
        match line {
            Line::Other(text) => setup += text,
            Line::Operand(name, original) => {
                let is_varied = position == chosen || random.one_in(4);
                if is_varied {
                    setup += &varied(random, name, original);
                } else {
                    let _ = write!(setup, "{name} = {original}");
                }
                position += 1;
            }
        }
        setup += "\n";
    }
    let call = if random.one_in(3) { with_argument(random, rule, &case.call) } else { None };
    Some((setup, call.unwrap_or_else(|| case.call.clone())))
}

/// The statements of a setup: separated by `;` or by lines, outside strings and brackets.
fn statements(setup: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    let mut depth = 0_usize;
    let ends = move |c: char| {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        quote.is_none() && depth == 0 && matches!(c, ';' | '\n')
    };
    setup.split(ends).map(str::trim).filter(|line| !line.is_empty())
}

fn read<'c>(line: &'c str, call: &str) -> Line<'c> {
    let Some((name, original)) = line.split_once(" = ") else { return Line::Other(line) };
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_read = call.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    let makers =
        ["np.array(", "np.zeros(", "np.ones(", "np.arange(", "np.full(", "np.eye(", "np.ma.array(", "np.matrix("];
    // An element is no operand.
    let is_element = original.ends_with("[0]");
    let is_operand = !is_element && makers.iter().any(|maker| original.starts_with(maker)) || original.starts_with('[');
    if is_name && is_read && is_operand { Line::Operand(name, original) } else { Line::Other(line) }
}

/// The call with one more keyword argument, if there is one that it may take.
fn with_argument(random: &mut Random, rule: &Rule, call: &str) -> Option<String> {
    let fits = |name: &str| {
        let takes = |param: &&ndalias::rules::Param| {
            param.name == name && matches!(param.kind, ParamKind::Either | ParamKind::KeywordOnly)
        };
        rule.params.iter().any(|param| takes(&param)) && !call.contains(&format!("{name}="))
    };
    let fitting: Vec<_> = ARGUMENTS.iter().filter(|(name, _)| fits(name)).collect();
    let last = rule.name.rsplit('.').next()?;
    if fitting.is_empty() || !call.contains(&format!("{last}(")) {
        return None;
    }
    let (name, values) = random.one_of(&fitting);
    let head = call.strip_suffix(')')?;
    let comma = if head.ends_with('(') { "" } else { ", " };
    Some(format!("{head}{comma}{name}={})", random.one_of(values)))
}
