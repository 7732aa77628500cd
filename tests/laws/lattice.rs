//! Laws of `join`: on what is known of an array, on values, on states.

use ndalias::alias::Tri;
use ndalias::alias::domain::{
    ArrayAtom, Atom, Cause, Const, ContainerKind, ExtentId, MemoryId, ObjectId, Origin, Part, Place, PlaceId, Point,
    Pool, Reason, Slot, ValueId, Vn,
};
use ndalias::alias::dtype::Dtype;
use ndalias::alias::facts::{ArrayClass, Evidence, Facts, Geometry};
use ndalias::alias::state::{Field, State};
use ndalias::ir::{BlockId, BodyId};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// So many objects and memories there are.
const OBJECTS: u32 = 8;

fn tri() -> impl Strategy<Value = Tri> {
    select(vec![Tri::Yes, Tri::No, Tri::Maybe])
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let lengths = vec(option::of(0..3_u64), 0..3);
    (any::<bool>(), any::<bool>(), any::<bool>(), lengths).prop_map(|(has_ndim, has_shape, has_strides, lengths)| {
        let strides = has_strides && has_shape && has_ndim && lengths.iter().all(Option::is_some);
        Geometry {
            ndim: has_ndim.then(|| u8::try_from(lengths.len()).expect("few axes")),
            strides: strides.then(|| lengths.iter().map(|_| 8).collect()),
            shape: (has_ndim && has_shape).then(|| lengths.into()),
            offset: 0,
        }
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let evidence = select(vec![Evidence::None, Evidence::Use, Evidence::Declared, Evidence::Made]);
    let class = select(vec![ArrayClass::Any, ArrayClass::Ndarray, ArrayClass::Matrix]);
    let dtype = select(vec![Dtype::Unknown, Dtype::Bool, Dtype::Float(8)]);
    let flags = (tri(), tri(), tri(), tri(), tri(), tri());
    (evidence, class, dtype, geometry(), flags).prop_map(|(evidence, class, dtype, geometry, flags)| {
        let (c_contiguous, f_contiguous, writeable, owndata, overlaps, filled) = flags;
        Facts { evidence, class, dtype, geometry, c_contiguous, f_contiguous, writeable, owndata, overlaps, filled }
    })
}

/// One possibility, before anything is interned.
#[derive(Clone, Debug)]
enum Possibility {
    Const(Const),
    Scalar,
    Array(u32, u32, ExtentId, Box<Facts>),
    List(u32),
    Unknown(Cause),
}

fn possibility() -> impl Strategy<Value = Possibility> {
    let constant = prop_oneof![
        (0..12_i64).prop_map(Const::Int),
        any::<bool>().prop_map(Const::Bool),
        Just(Const::None),
        Just(Const::Ellipsis),
        Just(Const::Dtype(Dtype::Bool)),
    ];
    let cause = select(vec![Cause::Element, Cause::Call(None), Cause::Construct("await"), Cause::Budget, Cause::Depth]);
    let extent = select(vec![ExtentId::WHOLE, ExtentId::PART, ExtentId::EVERY]);
    let array = (0..OBJECTS, 0..OBJECTS, extent, facts())
        .prop_map(|(object, memory, extent, facts)| Possibility::Array(object, memory, extent, Box::new(facts)));
    prop_oneof![
        4 => constant.prop_map(Possibility::Const),
        1 => Just(Possibility::Scalar),
        6 => array,
        2 => (0..OBJECTS).prop_map(Possibility::List),
        1 => cause.prop_map(Possibility::Unknown),
    ]
}

/// Few possibilities mostly, sometimes more than are told apart.
fn possibilities() -> impl Strategy<Value = Vec<Possibility>> {
    prop_oneof![3 => vec(possibility(), 0..4), 1 => vec(possibility(), 4..30)]
}

fn object(pool: &mut Pool, number: u32) -> ObjectId {
    let point = Point { body: BodyId(0), index: number };
    pool.objects.intern(Origin::Made { point, age: ndalias::alias::domain::Age::Recent, part: Part::Result(0) })
}

fn memory(pool: &mut Pool, number: u32) -> MemoryId {
    pool.memories.intern(Origin::Foreign(Point { body: BodyId(0), index: number }))
}

fn value(pool: &mut Pool, possibilities: &[Possibility]) -> ValueId {
    let atoms: Vec<Atom> = possibilities
        .iter()
        .map(|one| match one {
            Possibility::Const(constant) => Atom::Const(pool.consts.intern(constant.clone())),
            Possibility::Scalar => Atom::Scalar,
            Possibility::Array(number, of, extent, facts) => Atom::Array(ArrayAtom {
                object: object(pool, *number),
                memory: memory(pool, *of),
                extent: *extent,
                facts: pool.facts.intern(Facts::clone(facts)),
            }),
            Possibility::List(number) => Atom::Container(object(pool, *number), ContainerKind::List),
            Possibility::Unknown(cause) => Atom::Unknown(Reason::from(*cause)),
        })
        .collect();
    pool.value(atoms)
}

/// The numbers of a state's variables; two with one number are one object.
fn number() -> impl Strategy<Value = Vn> {
    prop_oneof![
        Just(Vn::None),
        (0..3_u32).prop_map(|index| Vn::Point(Point { body: BodyId(0), index }, 0)),
        (0..2_u32).prop_map(|place| Vn::Start(PlaceId(place))),
    ]
}

/// What a state holds, before anything is interned.
#[derive(Clone, Debug)]
struct Sketch {
    locals: Vec<(Vec<Possibility>, Vn)>,
    cells: Vec<(u32, u32, Vec<Possibility>)>,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let few = || vec(possibility(), 0..4);
    (vec((few(), number()), 4), vec((0..3_u32, 0..3_u32, few()), 0..4))
        .prop_map(|(locals, cells)| Sketch { locals, cells })
}

fn state(pool: &mut Pool, sketch: &Sketch) -> State {
    let mut state = State::default();
    for (index, (possibilities, vn)) in sketch.locals.iter().enumerate() {
        let value = value(pool, possibilities);
        // What is not bound has no number.
        let slot = if value == ValueId::EMPTY { Slot::UNBOUND } else { Slot { value, vn: *vn } };
        state.locals.set(index, slot);
    }
    for (number, field, possibilities) in &sketch.cells {
        let place = pool.places.intern(Place::Param(BodyId(0), *number));
        let object = pool.objects.intern(Origin::Place(place));
        let value = value(pool, possibilities);
        state.heap.set(object, Field::Index(*field), Slot { value, vn: Vn::None });
    }
    state
}

fn joined(pool: &mut Pool, left: &State, right: &State) -> (State, bool) {
    let mut both = left.clone();
    let grew = both.join(pool, right, BodyId(0), BlockId(1));
    (both, grew)
}

/// What a state holds, without the numbers.
fn values(state: &State) -> (Vec<ValueId>, Vec<(ObjectId, Field, ValueId)>) {
    let mut cells: Vec<_> = state
        .heap
        .objects()
        .flat_map(|(object, cells)| cells.iter().map(move |(field, slot)| (object, *field, slot.value)))
        .collect();
    cells.sort_unstable();
    ((0..4).map(|index| state.locals[index].value).collect(), cells)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn facts_are_a_semilattice(a in facts(), b in facts(), c in facts()) {
        prop_assert_eq!(a.join(&a), a.clone());
        prop_assert_eq!(a.join(&b), b.join(&a));
        prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
        prop_assert_eq!(a.join(&a.join(&b)), a.join(&b));
    }

    #[test]
    fn values_are_a_semilattice(a in possibilities(), b in possibilities(), c in possibilities()) {
        let mut pool = Pool::default();
        let (a, b, c) = (value(&mut pool, &a), value(&mut pool, &b), value(&mut pool, &c));
        prop_assert_eq!(pool.join(a, a), a);
        let (ab, ba) = (pool.join(a, b), pool.join(b, a));
        prop_assert_eq!(pool.atoms(ab), pool.atoms(ba));
        let bc = pool.join(b, c);
        let (left, right) = (pool.join(ab, c), pool.join(a, bc));
        prop_assert_eq!(pool.atoms(left), pool.atoms(right));
        let (above_a, above_b) = (pool.join(a, ab), pool.join(ab, b));
        prop_assert_eq!(pool.atoms(above_a), pool.atoms(ab));
        prop_assert_eq!(pool.atoms(above_b), pool.atoms(ab));
        prop_assert_eq!(pool.join(ValueId::EMPTY, a), a);
    }

    #[test]
    fn a_join_leaves_out_nothing(a in possibilities(), b in possibilities()) {
        let mut pool = Pool::default();
        let (left, right) = (value(&mut pool, &a), value(&mut pool, &b));
        let both = pool.join(left, right);
        let has_unknown = pool.atoms(both).iter().any(|atom| matches!(atom, Atom::Unknown(_)));
        for atom in pool.atoms(left).iter().chain(pool.atoms(right)) {
            let held = pool.atoms(both).iter().any(|held| match (atom, held) {
                (Atom::Array(one), Atom::Array(held)) => one.object == held.object && one.memory == held.memory,
                (Atom::Const(id), Atom::Scalar) => pool.consts.get(*id).is_number_or_text(),
                (Atom::Unknown(_), Atom::Unknown(_)) => true,
                (one, held) => one == held,
            });
            let given_up = has_unknown && pool.atoms(both).len() == 1;
            prop_assert!(held || given_up, "{:?} is not in {:?}", atom, pool.atoms(both));
        }
    }

    #[test]
    fn states_join_to_what_both_allow(a in sketch(), b in sketch(), c in sketch()) {
        let mut pool = Pool::default();
        let (a, b, c) = (state(&mut pool, &a), state(&mut pool, &b), state(&mut pool, &c));
        let (same, grew) = joined(&mut pool, &a, &a);
        prop_assert!(!grew && values(&same) == values(&a));
        let ((ab, grew), (ba, _)) = (joined(&mut pool, &a, &b), joined(&mut pool, &b, &a));
        prop_assert_eq!(&ab, &ba);
        prop_assert_eq!(grew, ab != a);
        let (again, grew) = joined(&mut pool, &ab, &b);
        prop_assert!(values(&again) == values(&ab), "{:?} grew to {:?} ({grew})", ab, again);
        let (left, right) = (joined(&mut pool, &ab, &c).0, joined(&mut pool, &b, &c).0);
        let right = joined(&mut pool, &a, &right).0;
        prop_assert_eq!(values(&left), values(&right));
    }

    #[test]
    fn names_of_one_object_stay_so_only_where_both_sides_say_so(a in sketch(), b in sketch()) {
        let mut pool = Pool::default();
        let (a, b) = (state(&mut pool, &a), state(&mut pool, &b));
        let both = joined(&mut pool, &a, &b).0;
        let is_one = |state: &State, x: usize, y: usize| {
            let (x, y) = (state.locals[x], state.locals[y]);
            x.vn == y.vn && x.vn != Vn::None
        };
        for x in 0..4 {
            for y in 0..x {
                let bound = |state: &State| state.locals[x] != Slot::UNBOUND && state.locals[y] != Slot::UNBOUND;
                if bound(&a) && bound(&b) && is_one(&both, x, y) {
                    prop_assert!(is_one(&a, x, y) && is_one(&b, x, y), "{} and {}: {:?}", x, y, both);
                }
            }
        }
    }
}
