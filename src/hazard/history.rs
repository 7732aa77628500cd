//! Histories that a method lengthens by one entry at each call.
//!
//! ```python
//! def step(self):
//!     self.x += self.v
//!     self.track.append(self.x)       # every entry is the array in `self.x`
//! ```
//!
//! The loop is in another file: it calls the method. What would be a loop's "made before, changed in each turn" is the class's
//! "made by `__init__`, changed by each call".

use super::query::Scene;
use super::{Context, attribute::Stored};
use crate::alias::domain::{ArrayAtom, ExtentId, ValueId};
use crate::alias::event::{Event, EventKind, WriteHow};
use crate::alias::facts::Evidence;
use crate::alias::state::Field;
use crate::ir::{ClassId, Name, Operand};
use crate::rules::Written;

/// First words of methods that bring an object back to its beginning.
const RESTARTS: &[&str] = &["reset", "init", "initialize", "initialise", "clear", "restart", "setup", "start"];

/// The last words of methods that put one entry into a list.
const GROWS: &[&str] = &["append", "appendleft"];

/// An attribute's array in a history of the same object, and the write that changes it there.
pub struct History<'a> {
    /// What is put into the list.
    pub operand: Operand,
    /// The list.
    pub holder: Operand,
    /// A change in place of the array, at this call or the next.
    pub write: &'a Event,
}

impl<'a> Scene<'a> {
    /// The array that a method appends to a list of its object, if a call changes what earlier calls appended.
    #[must_use]
    pub fn history(&self, event: &Event) -> Option<History<'a>> {
        let EventKind::Keep { object, holder, field: Field::Rest, value, operand } = event.kind else { return None };
        let class = self.body.class.filter(|_| self.receiver().is_some())?;
        if is_start(self) || !self.grows(event) || !is_list_of(self.cx, class, object) {
            return None;
        }
        self.parts(event, operand, value).into_iter().find_map(|(operand, value)| {
            let array = whole_array(self.cx, value)?;
            let (of, attr) = self.cx.attribute_of_self(array.memory)?;
            if of != class || !is_one_array(self.cx, class, attr) {
                return None;
            }
            let write = self.change_by_call(event, class, attr)?;
            Some(History { operand, holder, write })
        })
    }

    /// Whether an event appends something.
    fn grows(&self, event: &Event) -> bool {
        use crate::ir::{Rvalue, StmtKind};
        match self.stmt(event).map(|stmt| &stmt.kind) {
            Some(
                StmtKind::Eval { value: Rvalue::CallMethod { method, .. } }
                | StmtKind::Assign { value: Rvalue::CallMethod { method, .. }, .. },
            ) => GROWS.contains(&self.cx.facts.names.text(*method)),
            _ => false,
        }
    }

    /// An update of the attribute's array by the method itself, so that each call changes the entry of the last one.
    fn change_by_call(&self, kept: &Event, class: ClassId, attr: Name) -> Option<&'a Event> {
        self.events.iter().find(|event| {
            let EventKind::Write { target, what: Written::Data, how, .. } = event.kind else { return false };
            // `self.weights[:] = 0; self.parameters.append(self.weights)` fills what it then registers, once.
            let is_change = matches!(how, WriteHow::Augmented | WriteHow::AugmentedSubscript);
            let is_it = |array: ArrayAtom| {
                self.cx.attribute_of_self(array.memory) == Some((class, attr))
                    && self.cx.array_facts(array).evidence >= Evidence::Use
            };
            let is_before_or_after = self.reaches(event, kept) || self.reaches(kept, event);
            is_change && self.cx.arrays(target).any(is_it) && is_before_or_after
        })
    }
}

/// Whether a method makes an object anew: what it appends is the first entry.
fn is_start(scene: &Scene<'_>) -> bool {
    let name = scene.cx.facts.names.text(scene.body.name).trim_matches('_');
    RESTARTS.contains(&name.split('_').next().unwrap_or(""))
}

/// The one array that a value is on every path, all of its memory.
fn whole_array(cx: &Context<'_>, value: ValueId) -> Option<ArrayAtom> {
    let mut arrays = cx.arrays(value);
    let array = arrays.next().filter(|array| array.extent == ExtentId::WHOLE)?;
    (arrays.next().is_none() && cx.is_array(value, Evidence::Use)).then_some(array)
}

/// Whether a value is the list in an attribute of the class, which no method but the first ones gives or takes away.
fn is_list_of(cx: &Context<'_>, class: ClassId, list: ValueId) -> bool {
    let mut arrays = cx.arrays(list);
    let attribute =
        arrays.next().and_then(|array| cx.place_of(array.object)).and_then(|place| cx.self_attribute(place));
    let Some((_, attr)) = attribute.filter(|(of, _)| *of == class && arrays.next().is_none()) else { return false };
    cx.holds_containers(class, attr) && cx.is_given_at_start(class, attr)
}

/// Whether an attribute holds one array from the beginning of the object on, made by the class.
fn is_one_array(cx: &Context<'_>, class: ClassId, attr: Name) -> bool {
    let is_array = |stored: &Stored<'_>| cx.is_array(stored.value, Evidence::Made);
    cx.is_given_at_start(class, attr) && cx.stores(class).iter().filter(|stored| stored.attr == attr).all(is_array)
}

impl Context<'_> {
    /// Whether an attribute is only given by methods that make the object anew.
    fn is_given_at_start(&self, class: ClassId, attr: Name) -> bool {
        let stores = self.stores(class);
        let mut own = stores.iter().filter(|stored| stored.attr == attr).peekable();
        own.peek().is_some() && own.all(|stored| is_start(&self.scene(stored.body)))
    }
}
