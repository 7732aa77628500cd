//! Modules, bodies, blocks and terminators.

use super::{
    BlockId, BodyId, ClassId, Local, LoopId, Name, NameTable, Operand, OperandKind, Place, Rvalue, Stmt, StmtKind,
    Table,
};
use crate::source::{FileId, Span};

/// One file.
#[derive(Clone, Debug)]
pub struct Module {
    /// The file it was lowered from.
    pub file: FileId,
    /// Its interned names.
    pub names: NameTable,
    /// Its bodies; the module's own comes first, an enclosing body before those it encloses.
    pub bodies: Table<BodyId, Body>,
    /// Its classes.
    pub classes: Table<ClassId, Class>,
}

impl Module {
    /// The body of the file itself.
    pub const TOP: BodyId = BodyId(0);
}

/// What a body is the code of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// A file.
    Module,
    /// A `def`, in a class where `class` is given.
    Function,
    /// A lambda.
    Lambda,
    /// The statements of a class, run once when the class is made; its locals become class attributes.
    Class,
}

/// Code of a module, function, lambda or class.
#[derive(Clone, Debug)]
pub struct Body {
    /// What it is the code of.
    pub kind: BodyKind,
    /// Its own name: the function's, `<lambda>`, `<module>`.
    pub name: Name,
    /// `Class.method`, `outer.inner`, `<module>`.
    pub qualname: String,
    /// The body it stands in.
    pub parent: Option<BodyId>,
    /// The class of which this is a method (of a class body: the class itself).
    pub class: Option<ClassId>,
    /// The whole definition.
    pub span: Span,
    /// The name in the definition's head.
    pub name_span: Span,
    /// Parameters in order, `*args` and `**kwargs` included.
    pub params: Vec<Param>,
    /// Text of the return annotation.
    pub returns: Option<Name>,
    /// The docstring as written between its quotes.
    pub docstring: Option<Name>,
    /// Whether it holds `yield`.
    pub is_generator: bool,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Dotted text of each decorator, without its arguments: `functools.lru_cache`.
    pub decorators: Vec<Name>,
    /// Variables.
    pub locals: Table<Local, LocalInfo>,
    /// Number of temporaries.
    pub temp_count: u32,
    /// The control flow graph.
    pub blocks: Table<BlockId, Block>,
    /// Where it starts.
    pub entry: BlockId,
    /// Loops; an outer loop comes before those it holds.
    pub loops: Table<LoopId, Loop>,
}

impl Body {
    /// Whether the function is only declared: it has a docstring, `...`, `pass` or a `raise`, and does nothing else.
    #[must_use]
    pub fn is_stub(&self) -> bool {
        self.kind == BodyKind::Function
            && self.blocks.iter().all(|block| {
                let raises = matches!(block.end.kind, TerminatorKind::Raise);
                let returns = matches!(
                    block.end.kind,
                    TerminatorKind::Goto(_) | TerminatorKind::Return(None) | TerminatorKind::End
                );
                let is_nothing = |stmt: &Stmt| match &stmt.kind {
                    StmtKind::Eval { value } | StmtKind::Assign { value, .. } => match value {
                        Rvalue::Use(operand) => matches!(operand.kind, OperandKind::Const(_)),
                        Rvalue::Global(_) | Rvalue::Call { .. } => raises,
                        _ => false,
                    },
                    _ => false,
                };
                (raises || returns) && block.stmts.iter().all(is_nothing)
            })
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its variable.
    pub local: Local,
    /// How arguments bind to it.
    pub kind: ParamKind,
    /// The default where it has one. `Value` defaults are evaluated in the enclosing body, see `Rvalue::MakeFunction`.
    pub default: ParamDefault,
    /// Text of its annotation.
    pub annotation: Option<Name>,
}

/// Default of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamDefault {
    /// None: the argument is required.
    Required,
    /// A constant.
    Const(super::Const),
    /// Any other expression.
    Value,
}

/// How arguments bind to a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Before `/`.
    PositionalOnly,
    /// The ordinary kind.
    Either,
    /// After `*`.
    KeywordOnly,
    /// `*args`.
    VarPositional,
    /// `**kwargs`.
    VarKeyword,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct LocalInfo {
    /// Its Python name; synthetic ones have none.
    pub name: Option<Name>,
    /// Where it comes from.
    pub kind: LocalKind,
    /// Whether an enclosed body reads or writes it.
    pub captured: bool,
    /// Text of its annotation, where it has one.
    pub annotation: Option<Name>,
    /// Where it is first bound.
    pub span: Span,
}

/// Where a variable comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// A parameter.
    Param,
    /// An ordinary variable (in a module body: a global).
    Named,
    /// A variable of a comprehension.
    Comprehension,
    /// A value that lives across blocks: of `and`, `or`, a conditional expression, an iterator, a comprehension's result.
    Synthetic,
}

/// A stretch of code without jumps.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its statements.
    pub stmts: Vec<Stmt>,
    /// How it ends.
    pub end: Terminator,
    /// Where control goes when something in it raises, where that is in this body. Every statement may raise: inside `try` each
    /// statement has a block of its own, and both its entry and its exit state reach the handler.
    pub handler: Option<BlockId>,
    /// The innermost loop it belongs to.
    pub in_loop: Option<LoopId>,
}

/// A loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The block that decides whether to go on.
    pub header: BlockId,
    /// The loop around it.
    pub parent: Option<LoopId>,
    /// The whole statement.
    pub span: Span,
}

/// How a block ends.
#[derive(Clone, Debug)]
pub struct Terminator {
    /// What happens.
    pub kind: TerminatorKind,
    /// Where it stands.
    pub span: Span,
}

/// How a block ends.
#[derive(Clone, Debug)]
pub enum TerminatorKind {
    /// Go on there.
    Goto(BlockId),
    /// Go one way or the other.
    Branch {
        /// The value tested.
        cond: Operand,
        /// Where to if it is true.
        then_to: BlockId,
        /// Where to if it is false.
        else_to: BlockId,
    },
    /// The head of a `for`: take the next element, or leave. Jumping back here is the next turn.
    ForNext {
        /// The iterator, made by `Rvalue::Iter`.
        iter: Operand,
        /// What the element is bound to.
        element: Place,
        /// The loop's body.
        body: BlockId,
        /// Where to when there is no next element.
        exit: BlockId,
    },
    /// Leave the function.
    Return(Option<Operand>),
    /// Raise; handlers are in [`Block::handler`].
    Raise,
    /// The end of a module, class or of code that cannot be left.
    End,
}

impl TerminatorKind {
    /// The blocks that control may go to, exceptions aside.
    pub fn successors(&self) -> impl Iterator<Item = BlockId> + use<> {
        let (first, second) = match *self {
            Self::Goto(to) => (Some(to), None),
            Self::Branch { then_to, else_to, .. } => (Some(then_to), Some(else_to)),
            Self::ForNext { body, exit, .. } => (Some(body), Some(exit)),
            Self::Return(_) | Self::Raise | Self::End => (None, None),
        };
        first.into_iter().chain(second)
    }
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its own name.
    pub name: Name,
    /// `Outer.Inner`.
    pub qualname: String,
    /// The body it stands in.
    pub parent: BodyId,
    /// Its statements.
    pub body: BodyId,
    /// Dotted text of its bases, `None` for one that is not a dotted name.
    pub bases: Vec<Option<Name>>,
    /// Functions defined directly in it, in order; the last of one name wins.
    pub methods: Vec<(Name, BodyId)>,
    /// Dotted text of each decorator.
    pub decorators: Vec<Name>,
    /// The whole definition.
    pub span: Span,
}
