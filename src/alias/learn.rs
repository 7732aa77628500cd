//! What methods store in attributes of `self`, for the other methods of the class.

use rustc_hash::FxHashSet;

use super::domain::{Atom, Const, Origin, Place, PlaceId, ValueId};
use super::engine::Engine;
use super::facts::{Evidence, Facts};
use super::state::Field;
use super::summary::Summary;
use crate::ir::{Body, BodyKind, ClassId, Name};

impl Engine<'_> {
    /// What a method stores in attributes of `self` is known in the other methods.
    pub(super) fn learn_attributes(&mut self, body: &Body, summary: &Summary) {
        let Some(class) = body.class else { return };
        if body.kind != BodyKind::Function {
            return;
        }
        for &((object, field), slot) in &summary.cells {
            let Field::Attr(name) = field else { continue };
            let Origin::Place(place) = *self.pool.objects.get(object) else { continue };
            if !matches!(self.pool.places.get(place), Place::Param(_, 0)) {
                continue;
            }
            let facts = self.attribute_facts(slot.value, place, name);
            let Some(facts) = facts else { continue };
            if self.is_first_round && facts.evidence == Evidence::None {
                continue;
            }
            self.learned.entry((class, name)).and_modify(|old| *old = old.join(&facts)).or_insert(facts);
        }
    }

    /// Takes over what was learned of attributes in a round; gives the classes of which something else was assumed.
    ///
    /// The first round assumes nothing, so what it stores may be vague only for that reason, and counts where it is an array:
    ///
    /// ```python
    /// def walk(self):
    ///     self.place += 1             # before __init__ was seen, `self.place` may be a number
    /// ```
    pub(super) fn adopt_learned(&mut self) -> FxHashSet<ClassId> {
        let mut changed = FxHashSet::default();
        for (key, facts) in std::mem::take(&mut self.learned) {
            let joined = self.attrs.get(&key).map_or_else(|| facts.clone(), |old| old.join(&facts));
            let assumed = self.attrs.insert(key, joined.clone()).unwrap_or_default();
            if assumed != joined {
                changed.insert(key.0);
            }
        }
        changed
    }

    /// What is known of an attribute that is given this value; `None` if the value is what was there before, or `None`.
    fn attribute_facts(&self, value: ValueId, of: PlaceId, name: Name) -> Option<Facts> {
        let mut known: Option<Facts> = None;
        for atom in self.pool.atoms(value) {
            let facts = match atom {
                Atom::Array(array) => {
                    if let Some(place) = self.place_of(*array)
                        && *self.pool.places.get(place) == Place::Attr(of, name)
                    {
                        continue;
                    }
                    let mut facts = self.facts(*array).clone();
                    facts.geometry.strides = None;
                    facts.geometry.offset = 0;
                    facts.geometry.shape = None;
                    facts.evidence = facts.evidence.min(Evidence::Made);
                    facts
                }
                Atom::Const(id) if *self.pool.consts.get(*id) == Const::None => continue,
                _ => Facts::default(),
            };
            known = Some(known.map_or(facts.clone(), |old| old.join(&facts)));
        }
        known
    }
}
