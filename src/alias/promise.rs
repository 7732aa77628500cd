//! Functions that are only declared: what their contract says takes the place of what a body would do.
//!
//! ```python
//! class Source:
//!     def frame(self, index):
//!         """ndalias: returns copy"""
//!         raise NotImplementedError
//! ```

use super::domain::{ArrayAtom, Atom, Cause, Const, ExtentId, Part, Place, ValueId};
use super::engine::Engine;
use super::facts::{Evidence, Facts};
use super::summary::{OuterWrite, Summary};
use crate::ir::{Body, BodyId};
use crate::rules::{Contract, Relation, Written};

impl Engine<'_> {
    /// The summary that the contract of a declared function stands for, where it states one about results.
    pub(super) fn promised(&mut self, id: BodyId, body: &Body) -> Option<Summary> {
        let docstring = self.module.names.text(body.docstring?);
        let contract = Contract::of_docstring(docstring).ok().flatten().filter(|_| body.is_stub())?;
        let mut result = ValueId::EMPTY;
        for (position, (relation, params)) in (0..).zip(contract.results.as_ref()?) {
            let atoms = match relation {
                Relation::Same | Relation::View => {
                    params.iter().filter_map(|name| self.of_param(id, body, name, *relation, position)).collect()
                }
                Relation::Copy => {
                    let facts = Facts { evidence: Evidence::Made, ..Facts::default() };
                    vec![self.fresh_array(Part::Result(position), facts)]
                }
                Relation::Scalar | Relation::Value => vec![Atom::Scalar],
                Relation::None => vec![Atom::Const(self.pool.consts.intern(Const::None))],
                Relation::Unknown => vec![Atom::Unknown(Cause::Rule(body.name).into())],
            };
            let part = self.pool.value(atoms);
            result = self.pool.join(result, part);
        }
        let writes = contract.writes.iter().flatten().filter_map(|name| {
            let Atom::Array(array) = self.of_param(id, body, name, Relation::Same, 0)? else { return None };
            Some(OuterWrite { array, what: Written::Data, always: false, body: id, span: body.name_span })
        });
        Some(Summary { writes: writes.collect(), result, ..Summary::NEVER })
    }

    /// The array in a parameter, or a view of it.
    fn of_param(&mut self, id: BodyId, body: &Body, name: &str, relation: Relation, result: u32) -> Option<Atom> {
        let is_it = |param: &crate::ir::Param| {
            body.locals[param.local].name.is_some_and(|own| self.module.names.text(own) == name)
        };
        let position = u32::try_from(body.params.iter().position(is_it)?).ok()?;
        let place = self.pool.places.intern(Place::Param(id, position));
        let slot = self.pool.place_slot(place);
        let [Atom::Array(array)] = *self.pool.atoms(slot.value) else { return None };
        if relation == Relation::Same {
            return Some(Atom::Array(array));
        }
        let facts = self.pool.facts.intern(Facts { evidence: Evidence::Made, ..Facts::default() });
        let object = self.make_object(Part::Result(result));
        Some(Atom::Array(ArrayAtom { object, extent: ExtentId::PART, facts, ..array }))
    }
}
