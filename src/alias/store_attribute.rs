//! Attributes that are set: `object.attr = value`, `setattr`, setters of properties, and what goes round all of them.

use super::call::{Arg, Args};
use super::domain::{Atom, Cause, Const, ObjectId, Slot, Vn};
use super::engine::Engine;
use super::event::{Callee, EventKind, Purpose, WriteHow};
use super::facts::Evidence;
use super::language::operand;
use super::state::{Field, OUTER, State};
use crate::ir::{ArgKind, BodyId, ClassId, Id as _, Module, Name, Operand};
use crate::source::Span;

/// The attribute that holds all others: who has it can change them unseen.
const DICT: &str = "__dict__";

impl Engine<'_> {
    /// `object.attr = value`
    pub fn store_attr(&mut self, state: &mut State, object: Operand, attr: Name, value: Operand, augmented: bool) {
        let holder = self.read(state, object, Purpose::Target);
        let slot = self.read(state, value, Purpose::Alias);
        self.store_attribute(state, (object, holder), attr, (value, slot), augmented);
    }

    /// Stores a value in an attribute, as the classes of the object have it.
    fn store_attribute(
        &mut self,
        state: &mut State,
        (object, holder): (Operand, Slot),
        attr: Name,
        (value, slot): (Operand, Slot),
        augmented: bool,
    ) {
        let field = Field::Attr(attr);
        if !augmented {
            let kept =
                EventKind::Keep { object: holder.value, holder: object, field, value: slot.value, operand: value };
            self.record(value.span, kept);
        }
        let atoms = self.pool.atoms(holder.value).to_vec();
        let certain = atoms.len() == 1;
        for atom in atoms {
            let target = match atom {
                Atom::Instance(_, class) if let Some(body) = self.setter(class, attr) => {
                    let one = Slot { value: self.pool.single(atom), vn: Vn::None };
                    let name = self.const_value(Const::Str(attr));
                    let is_general = self.special(class, "__setattr__") == Some(body);
                    let args = if is_general { vec![one, name, slot] } else { vec![one, slot] };
                    let run = |engine: &mut Self, state: &mut State| {
                        engine.call_special(state, body, &args, object.span);
                    };
                    if certain {
                        run(self, state);
                    } else {
                        self.perhaps(state, run);
                    }
                    continue;
                }
                Atom::Instance(target, _) | Atom::Class(target, _) => target,
                Atom::Array(array) => {
                    if self.facts(array).evidence > Evidence::None
                        && let Some(rule) = self.array_attribute(array, attr)
                        && let Some(what) = self.rules.rule(rule).sets
                    {
                        let target = self.pool.single(atom);
                        self.write(object, target, what, WriteHow::Attribute(attr), true, object.span);
                        let value = certain.then_some(slot);
                        self.set_metadata(state, array, rule, value);
                        continue;
                    }
                    match self.place_of(array) {
                        Some(_) => array.object,
                        None => continue,
                    }
                }
                Atom::Typed(_) => {
                    self.store_flag(state, object, attr, slot);
                    continue;
                }
                Atom::Const(_)
                | Atom::Scalar
                | Atom::Container(..)
                | Atom::Function(..)
                | Atom::Method(..)
                | Atom::Unknown(_) => continue,
                Atom::Path(module) => {
                    self.store_in_module(state, module, attr, slot, certain);
                    continue;
                }
            };
            if certain {
                state.set_cell(&mut self.pool, target, field, slot);
            } else {
                state.add_to_cell(&mut self.pool, target, field, slot.value);
            }
        }
    }

    /// `module.attr = value`
    fn store_in_module(&mut self, state: &mut State, module: Name, attr: Name, slot: Slot, certain: bool) {
        let path = self.join_path(module, attr);
        let Some(before) = self.linked(state, path) else { return };
        let value = if certain { slot.value } else { self.pool.join(before.value, slot.value) };
        let slot = if certain { slot } else { self.fresh_slot(value) };
        match self.top_locals.get(&path) {
            Some(local) if self.frame.id == Module::TOP => _ = state.locals.set(local.index(), slot),
            _ => {
                let outer = self.pool.objects.intern(OUTER);
                state.set_cell(&mut self.pool, outer, Field::Global(path), slot);
            }
        }
    }

    /// What runs when an attribute of an instance is set: `__setattr__`, or the setter of a property.
    fn setter(&self, class: ClassId, attr: Name) -> Option<BodyId> {
        if let Some(body) = self.special(class, "__setattr__") {
            return Some(body);
        }
        self.setter_of(class, attr)
    }

    /// `setattr(object, name, value)`, and `object.__setattr__(object, name, value)`, which asks no class.
    pub(super) fn set_by_name(
        &mut self,
        state: &mut State,
        path: Name,
        args: &Args,
        asks_class: bool,
        span: Span,
    ) -> Option<Slot> {
        let [object, name, value] = args.as_slice() else { return None };
        if args.iter().any(|arg| arg.kind != ArgKind::Positional) {
            return None;
        }
        let (holder, kept) = (operand(self, object), operand(self, value));
        match self.as_const(name.slot.value) {
            Some(&Const::Str(attr)) if asks_class => {
                self.store_attribute(state, (holder, object.slot), attr, (kept, value.slot), false);
            }
            Some(&Const::Str(attr)) => {
                for atom in self.pool.atoms(object.slot.value).to_vec() {
                    self.store_cell(state, atom, attr, value.slot, self.pool.atoms(object.slot.value).len() == 1);
                }
            }
            _ => self.store_any(state, object.slot, value.slot),
        }
        let none = self.none();
        self.record_call(Callee::Path(path), args, none.value, span);
        Some(none)
    }

    fn store_cell(&mut self, state: &mut State, atom: Atom, attr: Name, slot: Slot, certain: bool) {
        let target = match atom {
            Atom::Instance(target, _) | Atom::Class(target, _) => target,
            Atom::Array(array) if self.place_of(array).is_some() => array.object,
            _ => return,
        };
        if certain {
            state.set_cell(&mut self.pool, target, Field::Attr(attr), slot);
        } else {
            state.add_to_cell(&mut self.pool, target, Field::Attr(attr), slot.value);
        }
    }

    /// Stores a value in an attribute whose name is not known: in any.
    fn store_any(&mut self, state: &mut State, object: Slot, slot: Slot) {
        for atom in self.pool.atoms(object.value).to_vec() {
            let Atom::Instance(target, _) = atom else { continue };
            for (field, _) in state.heap.cells(target).to_vec() {
                if matches!(field, Field::Attr(_)) {
                    state.add_to_cell(&mut self.pool, target, field, slot.value);
                }
            }
            self.expose(state, target);
        }
    }

    /// `vars(x)`, `x.__dict__`: whoever has it can set attributes unseen.
    pub(super) fn exposed(&mut self, state: &mut State, object: ObjectId) -> Slot {
        self.expose(state, object);
        self.unknown(Cause::Construct("the attributes of an object as a dictionary"))
    }

    fn expose(&mut self, state: &mut State, object: ObjectId) {
        let name = self.names.intern(DICT);
        let unknown = self.pool.unknown(Cause::Construct("the attributes of an object as a dictionary"));
        state.add_to_cell(&mut self.pool, object, Field::Attr(name), unknown);
    }

    /// Whether somebody may set attributes of an object unseen.
    pub(super) fn is_exposed(&self, state: &State, object: ObjectId) -> bool {
        self.names.get(DICT).is_some_and(|name| state.cell(object, Field::Attr(name)).is_some())
    }

    /// Whether an attribute by this name is the dictionary of all others.
    pub(super) fn is_dict(&self, attr: Name) -> bool {
        self.names.text(attr) == DICT
    }

    /// `vars(object)`
    pub(super) fn vars(&mut self, state: &mut State, args: &Args) -> Option<Slot> {
        let [Arg { kind: ArgKind::Positional, slot, .. }] = args.as_slice() else { return None };
        match *self.pool.atoms(slot.value) {
            [Atom::Instance(object, _)] => Some(self.exposed(state, object)),
            _ => None,
        }
    }
}
