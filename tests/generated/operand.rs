//! Operands: fresh ones of any rank and type, and changes of their layout, class and flags, as lines of Python.

use super::random::Random;

/// Shapes of rank 0 to 4, empty ones among them.
const SHAPES: [&str; 14] = [
    "()",
    "(1,)",
    "(3,)",
    "(6,)",
    "(2, 3)",
    "(3, 3)",
    "(1, 4)",
    "(3, 1)",
    "(2, 3, 4)",
    "(2, 1, 3)",
    "(2, 1, 3, 2)",
    "(0,)",
    "(0, 3)",
    "(2, 0)",
];

/// Element types, structured and object among them.
const DTYPES: [&str; 12] = [
    "'f8'",
    "'f4'",
    "'i8'",
    "'i4'",
    "'u1'",
    "bool",
    "'c16'",
    "'U3'",
    "'S2'",
    "object",
    "[('x', 'f8'), ('y', 'i4')]",
    "'M8[D]'",
];

/// What can be done to an operand called `{}`.
const CHANGES: [&str; 29] = [
    "{} = {}.T",
    "{} = {}[::-1]",
    "{} = {}[..., ::2]",
    "{} = {}[..., ::-1]",
    "{} = {}[1:]",
    "{} = {}[:0]",
    "{} = {}[None]",
    "{} = {}[..., None]",
    "{} = {}[0]",
    "{} = {}[:, 0]",
    "{} = np.asfortranarray({})",
    "{} = np.ascontiguousarray({})",
    "{} = np.broadcast_to({}, (2,) + {}.shape)",
    "{} = np.broadcast_to({}, (2, 3))",
    "{} = np.moveaxis({}, 0, -1)",
    "{} = {}.reshape(-1)",
    "{} = {}.copy()",
    "{} = {}.view()",
    "{} = {}.tolist()",
    "{} = [{}, {}]",
    "{}.flags.writeable = False",
    "{} = np.ma.array({})",
    "{} = np.ma.masked_array({}, mask=True)",
    "{} = np.asmatrix({})",
    "{} = np.matrix({})",
    "{} = {}.astype('f4')",
    "{} = {}.astype('i4')",
    "{} = {}.astype(complex)",
    "{} = {}.astype(object)",
];

/// Lines that make an operand called `name`: another one, or a change of the one that a case makes.
pub fn varied(random: &mut Random, name: &str, original: &str) -> String {
    let mut lines = if random.one_in(3) { fresh(random, name) } else { format!("{name} = {original}") };
    let changes = if random.one_in(4) { 2 } else { 1 };
    for _ in 0..changes {
        lines += "\n";
        lines += &random.one_of(&CHANGES).replace("{}", name);
    }
    lines
}

fn fresh(random: &mut Random, name: &str) -> String {
    let shape = random.one_of(&SHAPES);
    match random.below(6) {
        0 => format!("{name} = np.zeros({shape}, dtype={})", random.one_of(&DTYPES)),
        1 => format!("{name} = np.ones({shape}, dtype={}, order='F')", random.one_of(&DTYPES)),
        2 => format!("{name} = np.full({shape}, 2.5)"),
        3 => format!("{name} = np.arange(24).reshape(2, 3, 4)"),
        4 => format!("{name} = np.arange(6.).reshape(2, 3)"),
        _ => format!("{name} = np.linspace(0.5, 4, 9).reshape(3, 3)"),
    }
}
