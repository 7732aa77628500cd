//! Functions whose flags decide: `checked(x, copy=True)` and `checked(x)` are two things.
//!
//! ```python
//! def checked(x, copy=False):
//!     return np.array(x) if copy else np.asarray(x)
//! ```
//!
//! A function with a parameter whose default is `True` or `False` is run once more for each of the two, and a call that passes
//! one of them, or leaves the default, is given what was found for it.

use std::rc::Rc;

use super::domain::{Atom, Const, Origin, Slot, ValueId, Vn};
use super::engine::{Engine, Frame};
use super::summary::Summary;
use crate::flow::fixpoint;
use crate::ir::{Body, BodyId, BodyKind, Const as IrConst, Param, ParamDefault};

/// Flags of one function that are told apart: each costs two runs.
const MOST_FLAGS: usize = 2;

/// What a function does where a flag has a value.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Position of the flag.
    pub param: u32,
    /// Its value.
    pub value: bool,
    /// What the function does then.
    pub summary: Rc<Summary>,
}

impl<'a> Engine<'a> {
    /// Runs a function for each value of its flags, where these may matter to callers.
    pub(super) fn find_variants(&mut self, id: BodyId) {
        let body: &'a Body = &self.module.bodies[id];
        if body.kind != BodyKind::Function || body.is_generator || body.is_async {
            return;
        }
        let is_flag = |param: &Param| matches!(param.default, ParamDefault::Const(IrConst::Bool(_)));
        let mut flags: Vec<(u32, &Param)> = (0..).zip(&body.params).filter(|(_, param)| is_flag(param)).collect();
        flags.sort_by_key(|(_, param)| !self.is_about_copies(body, param));
        flags.truncate(MOST_FLAGS);
        if flags.is_empty() || !self.may_vary(id) {
            self.variants.remove(&id);
            return;
        }
        let mut variants = Vec::new();
        for (param, _) in flags {
            for value in [true, false] {
                if let Some(summary) = self.run_variant(id, body, (param, value)) {
                    variants.push(Variant { param, value, summary: Rc::new(summary) });
                }
            }
        }
        self.variants.insert(id, variants);
    }

    /// Whether a parameter says by its name whether something is copied or written.
    fn is_about_copies(&self, body: &Body, param: &Param) -> bool {
        let name = body.locals[param.local].name.map_or("", |name| self.module.names.text(name));
        ["copy", "overwrite", "inplace", "in_place"].iter().any(|word| name.contains(word))
    }

    /// Whether what a function returns or writes may be one thing or another.
    fn may_vary(&self, id: BodyId) -> bool {
        let Some(summary) = self.summaries[id].as_deref().filter(|summary| !summary.opaque) else { return false };
        let atoms = self.pool.atoms(summary.result);
        let is_of_outside = |atom: &Atom| match atom {
            Atom::Array(array) => matches!(self.pool.memories.get(array.memory), Origin::Place(_)),
            Atom::Container(..) => true,
            _ => false,
        };
        atoms.len() > 1 && atoms.iter().any(is_of_outside) || summary.writes.iter().any(|write| !write.always)
    }

    fn run_variant(&mut self, id: BodyId, body: &'a Body, flag: (u32, bool)) -> Option<Summary> {
        self.frame = Frame::new(id, body);
        self.frame.flag = Some(flag);
        let results = fixpoint(self, body);
        if results.cut_short {
            return None;
        }
        Some(self.summarize(body))
    }

    /// What a flag that is assumed to have a value holds.
    pub(super) fn assumed(&mut self, position: u32) -> Option<Slot> {
        let (_, value) = self.frame.flag.filter(|(param, _)| *param == position)?;
        let id = self.pool.consts.intern(Const::Bool(value));
        let value: ValueId = self.pool.single(Atom::Const(id));
        Some(Slot { value, vn: Vn::Const(id) })
    }

    /// The summary for a call with these arguments.
    pub(super) fn summary_for(&self, id: BodyId, params: &[Slot]) -> Option<Rc<Summary>> {
        let passed = |variant: &&Variant| {
            let slot = params.get(variant.param as usize);
            slot.and_then(|slot| self.as_const(slot.value)) == Some(&Const::Bool(variant.value))
        };
        let variant = self.variants.get(&id).and_then(|variants| variants.iter().find(passed));
        variant.map_or_else(|| self.summaries[id].clone(), |variant| Some(Rc::clone(&variant.summary)))
    }
}
