//! What a function keeps an array in: a variable, or an attribute of `self`.
//!
//! ```python
//! weights = np.atleast_1d(weights)            # the variable `weights` is bound
//! self._weights = np.atleast_1d(weights)      # the attribute `_weights` of `self` is
//! ```

use super::query::Scene;
use crate::alias::domain::{MemoryId, Origin, Place as OuterPlace, PlaceId, ValueId};
use crate::alias::event::{Event, EventKind};
use crate::alias::state::Field;
use crate::ir::{BlockId, Local, Name, Operand, OperandKind, Rvalue};

/// A variable, or an attribute of `self`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A variable.
    Variable(Local),
    /// An attribute of `self`.
    Attribute(Name),
}

impl<'a> Scene<'a> {
    /// The variable that holds `self`, in a method.
    #[must_use]
    pub fn receiver(&self) -> Option<Local> {
        let is_static = self.body.decorators.iter().any(|name| self.cx.facts.names.text(*name) == "staticmethod");
        let first = self.body.params.first().filter(|_| self.body.class.is_some() && !is_static);
        first.map(|param| param.local)
    }

    /// What holds the array that an operand is, or is a part of.
    #[must_use]
    pub fn holder(&self, block: BlockId, operand: Operand) -> Option<Holder> {
        let carrier = self.carrier(block, operand)?;
        match carrier.attr {
            Some(attr) if Some(carrier.local) == self.receiver() => Some(Holder::Attribute(attr)),
            _ => Some(Holder::Variable(carrier.local)),
        }
    }

    /// The events that bind a holder, updates in place aside.
    #[must_use]
    pub fn bindings_of(&self, holder: Holder) -> Vec<&'a Event> {
        let Holder::Attribute(name) = holder else {
            return if let Holder::Variable(local) = holder { self.bindings(local).collect() } else { Vec::new() };
        };
        let receiver = self.receiver();
        let binds = self.events.iter().filter(|event| match event.kind {
            EventKind::Keep { holder, field: Field::Attr(attr), .. } => match holder.kind {
                OperandKind::Local(local) => attr == name && Some(local) == receiver,
                OperandKind::Temp(_) | OperandKind::Const(_) => false,
            },
            _ => false,
        });
        binds.collect()
    }

    /// What a binding gives to the variable or attribute.
    #[must_use]
    pub fn bound_value(&self, bind: &Event) -> Option<ValueId> {
        match bind.kind {
            EventKind::Bind { slot, .. } => Some(slot.value),
            EventKind::Keep { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The right-hand side of a binding; of `self.x = f(y)` the call.
    #[must_use]
    pub fn bound_by(&self, bind: &Event) -> Option<&'a Rvalue> {
        use crate::ir::StmtKind;
        match &self.stmt(bind)?.kind {
            StmtKind::Assign { value: Rvalue::Use(operand), .. } => {
                self.definition(bind.block, *operand).or(match &self.stmt(bind)?.kind {
                    StmtKind::Assign { value, .. } => Some(value),
                    _ => None,
                })
            }
            StmtKind::Assign { value, .. } => Some(value),
            StmtKind::StoreAttr { value, .. } => self.definition(bind.block, *value),
            _ => None,
        }
    }

    /// The holder that a binding takes (part of) its value from.
    #[must_use]
    pub fn source_of(&self, bind: &Event) -> Option<Holder> {
        use crate::ir::StmtKind;
        let operand = match &self.stmt(bind)?.kind {
            StmtKind::Assign { value, .. } => match value {
                Rvalue::Use(operand) => *operand,
                Rvalue::Index { object, .. } | Rvalue::Attr { object, .. } | Rvalue::CallMethod { object, .. } => {
                    *object
                }
                _ => return None,
            },
            StmtKind::StoreAttr { value, .. } => *value,
            _ => return None,
        };
        self.holder(bind.block, operand)
    }

    /// The parameter that a memory is reached through from outside, and what it is then called.
    #[must_use]
    pub fn part_of_parameter(&self, memory: MemoryId) -> Option<(u32, String)> {
        match *self.cx.facts.pool.memories.get(memory) {
            Origin::Place(place) => self.label_of_place(place),
            Origin::Made { .. } | Origin::Foreign(_) => None,
        }
    }

    fn label_of_place(&self, place: PlaceId) -> Option<(u32, String)> {
        match *self.cx.facts.pool.places.get(place) {
            OuterPlace::Param(body, param) if body == self.id => {
                let local = self.body.params.get(param as usize)?.local;
                let name = self.name(local).filter(|_| Some(local) != self.receiver())?;
                Some((param, name.to_owned()))
            }
            OuterPlace::Attr(of, name) => {
                let (param, label) = self.label_of_place(of)?;
                Some((param, format!("{label}.{}", self.cx.facts.names.text(name))))
            }
            OuterPlace::Element(of) => {
                let (param, label) = self.label_of_place(of)?;
                Some((param, if label.ends_with("[...]") { label } else { format!("{label}[...]") }))
            }
            OuterPlace::Param(..) | OuterPlace::Global(_) | OuterPlace::Free(..) => None,
        }
    }

    /// The attribute of `self`, or what is in it, that a memory is found in: `self._data`, `self.outputs[...]`.
    #[must_use]
    pub fn part_of_receiver(&self, memory: MemoryId) -> Option<String> {
        match *self.cx.facts.pool.memories.get(memory) {
            Origin::Place(place) => self.label_in_receiver(place),
            Origin::Made { .. } | Origin::Foreign(_) => None,
        }
    }

    fn label_in_receiver(&self, place: PlaceId) -> Option<String> {
        match *self.cx.facts.pool.places.get(place) {
            OuterPlace::Attr(of, name) => {
                let name = self.cx.facts.names.text(name);
                if self.is_receiver_place(of) {
                    return Some(format!("self.{name}"));
                }
                self.label_in_receiver(of).map(|label| format!("{label}.{name}"))
            }
            OuterPlace::Element(of) => {
                let label = self.label_in_receiver(of)?;
                Some(if label.ends_with("[...]") { label } else { format!("{label}[...]") })
            }
            OuterPlace::Param(..) | OuterPlace::Global(_) | OuterPlace::Free(..) => None,
        }
    }

    fn is_receiver_place(&self, place: PlaceId) -> bool {
        let is_first = *self.cx.facts.pool.places.get(place) == OuterPlace::Param(self.id, 0);
        is_first && self.receiver().is_some()
    }
}
