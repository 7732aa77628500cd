//! Statements, right-hand sides and operands.

use super::{BinaryOp, BodyId, ClassId, CompareOp, Local, Name, Temp, UnaryOp};
use crate::source::Span;

/// One operation.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// The Python expression or statement it comes from.
    pub span: Span,
}

/// Where a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A variable.
    Local(Local),
    /// A temporary.
    Temp(Temp),
}

/// What an operation does.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `place = value`. The statement's span is the value's; `target` is that of the name it is bound to.
    Assign {
        /// Where to.
        place: Place,
        /// The name's span, where a name of the program is bound.
        target: Span,
        /// What.
        value: Rvalue,
    },
    /// An expression whose result nobody takes (an expression statement).
    Eval {
        /// The expression.
        value: Rvalue,
    },
    /// `object.attr = value`.
    StoreAttr {
        /// The object.
        object: Operand,
        /// The attribute.
        attr: Name,
        /// The value.
        value: Operand,
        /// Whether this ends an augmented assignment: the value was already updated in place.
        augmented: bool,
    },
    /// `object[index] = value`.
    StoreIndex {
        /// The object.
        object: Operand,
        /// The subscript.
        index: Index,
        /// The value.
        value: Operand,
        /// The operator where this ends an augmented assignment.
        augmented: Option<BinaryOp>,
    },
    /// Binding of a module-level name from inside a function (`global`).
    StoreGlobal {
        /// The name.
        name: Name,
        /// The value.
        value: Operand,
    },
    /// Binding of an enclosing function's variable (`nonlocal`).
    StoreFree {
        /// The enclosing body.
        body: BodyId,
        /// Its variable.
        local: Local,
        /// The value.
        value: Operand,
    },
    /// `a, *b, c = value`: takes `value` apart. Nested targets are unpacked by further statements.
    Unpack {
        /// What is taken apart.
        value: Operand,
        /// Where the parts go.
        targets: Vec<UnpackTarget>,
    },
    /// `del name`.
    DeleteLocal(Local),
    /// `del global_name` inside a function.
    DeleteGlobal(Name),
    /// `del object.attr`.
    DeleteAttr {
        /// The object.
        object: Operand,
        /// The attribute.
        attr: Name,
    },
    /// `del object[index]`.
    DeleteIndex {
        /// The object.
        object: Operand,
        /// The subscript.
        index: Index,
    },
    /// The end of a `with` block: the context manager is told.
    Exit(Operand),
    /// `from module import *`.
    ImportStar(Name),
}

/// A target of [`StmtKind::Unpack`].
#[derive(Clone, Copy, Debug)]
pub struct UnpackTarget {
    /// Where the part goes.
    pub place: Place,
    /// Whether it takes a list of the rest.
    pub starred: bool,
    /// The target in the source.
    pub span: Span,
}

/// A value read by an operation.
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// What is read.
    pub kind: OperandKind,
    /// Where it stands.
    pub span: Span,
}

/// A value read by an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OperandKind {
    /// A variable as it is at this point.
    Local(Local),
    /// A temporary.
    Temp(Temp),
    /// A constant.
    Const(Const),
}

/// A constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A float.
    Float(f64),
    /// An imaginary number.
    Imaginary,
    /// Any other number.
    Number,
    /// A string.
    Str(Name),
    /// A byte string.
    Bytes(u32),
    /// `...`
    Ellipsis,
}

/// A subscript.
#[derive(Clone, Debug)]
pub struct Index {
    /// Its items; one unless it is written as a tuple.
    pub items: Vec<IndexItem>,
    /// Whether it is written as a tuple: `a[i,]` differs from `a[i]`.
    pub is_tuple: bool,
    /// What stands between the brackets.
    pub span: Span,
}

/// One item of a subscript.
#[derive(Clone, Copy, Debug)]
pub enum IndexItem {
    /// `lower:upper:step`
    Slice {
        /// The first index.
        lower: Option<Operand>,
        /// One past the last.
        upper: Option<Operand>,
        /// The distance.
        step: Option<Operand>,
    },
    /// Any expression, `None` and `...` among them.
    Value(Operand),
    /// `*rest`
    Starred(Operand),
}

/// What a part of a value has to be for a pattern of `match` to fit.
#[derive(Clone, Debug)]
pub enum Fit {
    /// Not modelled.
    Unknown,
    /// An instance of a class.
    Instance(Operand),
    /// A sequence of `least` elements; of more, too, if a starred pattern takes them.
    Sequence {
        /// Patterns without a star.
        least: u32,
        /// Whether one of them is starred.
        more: bool,
    },
    /// A mapping with these keys.
    Mapping(Vec<Operand>),
    /// What was raised is of one of these classes, by their dotted names.
    Raised(Vec<Name>),
}

/// A right-hand side.
#[derive(Clone, Debug)]
pub enum Rvalue {
    /// The same object under another name.
    Use(Operand),
    /// A module-level name read from inside a function, or a builtin.
    Global(Name),
    /// A builtin or unbound name read at module level, where no binding exists in the module.
    Builtin(Name),
    /// A variable of an enclosing function.
    Free {
        /// The enclosing body.
        body: BodyId,
        /// Its variable.
        local: Local,
    },
    /// A module, or a name of one, by its dotted path; a relative import keeps its leading dots.
    Import(Name),
    /// `object.attr`
    Attr {
        /// The object.
        object: Operand,
        /// The attribute.
        attr: Name,
    },
    /// `object[index]`
    Index {
        /// The object.
        object: Operand,
        /// The subscript.
        index: Index,
    },
    /// `function(args)`
    Call {
        /// What is called.
        function: Operand,
        /// The arguments as written.
        args: Vec<CallArg>,
    },
    /// `object.method(args)`, kept as one operation so that no bound method is made.
    CallMethod {
        /// The receiver.
        object: Operand,
        /// The method.
        method: Name,
        /// Where the method's name stands.
        method_span: Span,
        /// The arguments as written.
        args: Vec<CallArg>,
    },
    /// `left op right`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Operand,
        /// Right operand.
        right: Operand,
    },
    /// `target op= value`: in place where the target's type does so (arrays, lists), else like `Binary`.
    InPlace {
        /// The operator.
        op: BinaryOp,
        /// What is updated.
        target: Operand,
        /// With what.
        value: Operand,
    },
    /// `op operand`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Operand,
    },
    /// `left op right`; a chain is taken apart.
    Compare {
        /// The operator.
        op: CompareOp,
        /// Left operand.
        left: Operand,
        /// Right operand.
        right: Operand,
    },
    /// `[a, *b]`
    List(Vec<Element>),
    /// `(a, *b)`
    Tuple(Vec<Element>),
    /// `{a, *b}`
    Set(Vec<Element>),
    /// `{key: value, **rest}`
    Dict(Vec<(Option<Operand>, Operand)>),
    /// An f-string: reads its parts, gives a string.
    Format(Vec<Operand>),
    /// A `def` or `lambda`, not yet called.
    MakeFunction {
        /// Its code.
        body: BodyId,
        /// Defaults that are not constants, by parameter position.
        defaults: Vec<(u32, Operand)>,
        /// The decorators' values, outermost first.
        decorators: Vec<Operand>,
    },
    /// A class statement.
    MakeClass {
        /// The class.
        class: ClassId,
        /// The bases' values, in the order of [`super::Class::bases`].
        bases: Vec<Operand>,
        /// The decorators' values, outermost first.
        decorators: Vec<Operand>,
    },
    /// `iter(operand)`, as `for`, comprehensions and starred items do.
    Iter {
        /// What is iterated.
        operand: Operand,
        /// Whether by `async for`.
        is_async: bool,
    },
    /// `with operand as ...`: what `__enter__` gives.
    Enter(Operand),
    /// `await operand`
    Await(Operand),
    /// `yield operand`: gives what is sent.
    Yield(Option<Operand>),
    /// `yield from operand`
    YieldFrom(Operand),
    /// The exception caught by a handler.
    Caught,
    /// Whether a part of a value fits a pattern of `match`, or an exception its handler.
    Matches {
        /// The part.
        operand: Operand,
        /// What it has to be.
        fit: Fit,
    },
    /// An element appended by a comprehension: `list.append`, `set.add` or a dict's item. Gives nothing.
    Append {
        /// The container.
        container: Operand,
        /// The key, in a dict.
        key: Option<Operand>,
        /// The element.
        value: Operand,
    },
    /// A construct that is not modelled, and the values it reads.
    Opaque {
        /// What it is, in words.
        what: &'static str,
        /// The values it reads.
        reads: Vec<Operand>,
    },
}

/// An element of a display.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    /// The value.
    pub value: Operand,
    /// Whether it is spread (`*value`).
    pub starred: bool,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug)]
pub struct CallArg {
    /// How it is passed.
    pub kind: ArgKind,
    /// The value.
    pub value: Operand,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArgKind {
    /// By position.
    Positional,
    /// By name.
    Keyword(Name),
    /// `*value`
    Starred,
    /// `**value`
    DoubleStarred,
}
