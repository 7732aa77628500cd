//! The operands an operation reads and the places it binds, in evaluation order.

use super::{Fit, Index, IndexItem, Operand, Place, Rvalue, StmtKind, TerminatorKind};

/// One walk over operands, for shared and for mutable references.
macro_rules! operand_walk {
    ($stmt:ident $rvalue:ident $index:ident $end:ident $($mutable:ident)?) => {
        impl StmtKind {
            /// Calls `visit` with each operand read.
            pub fn $stmt(&$($mutable)? self, visit: &mut impl FnMut(&$($mutable)? Operand)) {
                match self {
                    Self::Assign { value, .. } | Self::Eval { value } => value.$rvalue(visit),
                    Self::StoreAttr { object, value, .. } => {
                        visit(object);
                        visit(value);
                    }
                    Self::StoreIndex { object, index, value, .. } => {
                        visit(object);
                        index.$index(visit);
                        visit(value);
                    }
                    Self::StoreGlobal { value, .. } | Self::StoreFree { value, .. } | Self::Unpack { value, .. } => visit(value),
                    Self::DeleteAttr { object, .. } => visit(object),
                    Self::DeleteIndex { object, index } => {
                        visit(object);
                        index.$index(visit);
                    }
                    Self::Exit(manager) => visit(manager),
                    Self::DeleteLocal(_) | Self::DeleteGlobal(_) | Self::ImportStar(_) => {}
                }
            }
        }

        impl Rvalue {
            /// Calls `visit` with each operand read.
            pub fn $rvalue(&$($mutable)? self, visit: &mut impl FnMut(&$($mutable)? Operand)) {
                match self {
                    Self::Use(operand)
                    | Self::Enter(operand)
                    | Self::Await(operand)
                    | Self::YieldFrom(operand)
                    | Self::Iter { operand, .. }
                    | Self::Unary { operand, .. }
                    | Self::Attr { object: operand, .. } => visit(operand),
                    Self::Yield(operand) => {
                        if let Some(operand) = operand {
                            visit(operand);
                        }
                    }
                    Self::Global(_) | Self::Builtin(_) | Self::Free { .. } | Self::Import(_) | Self::Caught => {}
                    Self::Matches { operand, fit } => {
                        visit(operand);
                        match fit {
                            Fit::Unknown | Fit::Sequence { .. } | Fit::Raised(_) => {}
                            Fit::Instance(class) => visit(class),
                            Fit::Mapping(keys) => {
                                for key in keys {
                                    visit(key);
                                }
                            }
                        }
                    }
                    Self::Index { object, index } => {
                        visit(object);
                        index.$index(visit);
                    }
                    Self::Call { function: callee, args } | Self::CallMethod { object: callee, args, .. } => {
                        visit(callee);
                        for arg in args {
                            visit(&$($mutable)? arg.value);
                        }
                    }
                    Self::Binary { left, right, .. }
                    | Self::Compare { left, right, .. }
                    | Self::InPlace { target: left, value: right, .. } => {
                        visit(left);
                        visit(right);
                    }
                    Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                        for element in elements {
                            visit(&$($mutable)? element.value);
                        }
                    }
                    Self::Dict(items) => {
                        for (key, value) in items {
                            if let Some(key) = key {
                                visit(key);
                            }
                            visit(value);
                        }
                    }
                    Self::Format(operands) | Self::Opaque { reads: operands, .. } => {
                        for operand in operands {
                            visit(operand);
                        }
                    }
                    Self::MakeFunction { defaults, decorators, .. } => {
                        for decorator in decorators {
                            visit(decorator);
                        }
                        for (_, default) in defaults {
                            visit(default);
                        }
                    }
                    Self::MakeClass { bases, decorators, .. } => {
                        for operand in decorators {
                            visit(operand);
                        }
                        for operand in bases {
                            visit(operand);
                        }
                    }
                    Self::Append { container, key, value } => {
                        visit(container);
                        if let Some(key) = key {
                            visit(key);
                        }
                        visit(value);
                    }
                }
            }
        }

        impl Index {
            /// Calls `visit` with each operand read.
            pub fn $index(&$($mutable)? self, visit: &mut impl FnMut(&$($mutable)? Operand)) {
                for item in &$($mutable)? self.items {
                    match item {
                        IndexItem::Slice { lower, upper, step } => {
                            for operand in [lower, upper, step] {
                                if let Some(operand) = operand {
                                    visit(operand);
                                }
                            }
                        }
                        IndexItem::Value(operand) | IndexItem::Starred(operand) => visit(operand),
                    }
                }
            }
        }

        impl TerminatorKind {
            /// Calls `visit` with each operand read.
            pub fn $end(&$($mutable)? self, visit: &mut impl FnMut(&$($mutable)? Operand)) {
                match self {
                    Self::Branch { cond: operand, .. } | Self::ForNext { iter: operand, .. } | Self::Return(Some(operand)) => {
                        visit(operand);
                    }
                    Self::Goto(_) | Self::Return(None) | Self::Raise | Self::End => {}
                }
            }
        }
    };
}

operand_walk!(operands operands operands operands);
operand_walk!(operands_mut operands_mut operands_mut operands_mut mut);

/// One walk over places, for shared and for mutable references.
macro_rules! place_walk {
    ($name:ident $($mutable:ident)?) => {
        impl StmtKind {
            /// Calls `visit` with each place bound (deletion aside).
            pub fn $name(&$($mutable)? self, visit: &mut impl FnMut(&$($mutable)? Place)) {
                match self {
                    Self::Assign { place, .. } => visit(place),
                    Self::Unpack { targets, .. } => {
                        for target in targets {
                            visit(&$($mutable)? target.place);
                        }
                    }
                    Self::Eval { .. }
                    | Self::StoreAttr { .. }
                    | Self::StoreIndex { .. }
                    | Self::StoreGlobal { .. }
                    | Self::StoreFree { .. }
                    | Self::DeleteLocal(_)
                    | Self::DeleteGlobal(_)
                    | Self::DeleteAttr { .. }
                    | Self::DeleteIndex { .. }
                    | Self::Exit(_)
                    | Self::ImportStar(_) => {}
                }
            }
        }

        impl TerminatorKind {
            /// Calls `visit` with the place bound at a loop's head.
            pub fn $name(&$($mutable)? self, visit: &mut impl FnMut(&$($mutable)? Place)) {
                match self {
                    Self::ForNext { element, .. } => visit(element),
                    Self::Goto(_) | Self::Branch { .. } | Self::Return(_) | Self::Raise | Self::End => {}
                }
            }
        }
    };
}

place_walk!(places);
place_walk!(places_mut mut);

impl TerminatorKind {
    /// Replaces each block that control may go to.
    pub fn map_successors(&mut self, map: &mut impl FnMut(super::BlockId) -> super::BlockId) {
        match self {
            Self::Goto(to) => *to = map(*to),
            Self::Branch { then_to: first, else_to: second, .. } | Self::ForNext { body: first, exit: second, .. } => {
                *first = map(*first);
                *second = map(*second);
            }
            Self::Return(_) | Self::Raise | Self::End => {}
        }
    }
}
