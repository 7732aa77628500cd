//! Hand cases, and nonsense that must not panic.

use smallvec::SmallVec;

use super::*;
use crate::alias::dtype::Dtype;
use crate::alias::facts::{Evidence, Facts};
use crate::rules::schema::TestOp;

fn int(value: i64) -> Operand<'static> {
    Operand::Const(Const::Int(value))
}

fn ints(values: &[i64]) -> Operand<'static> {
    Operand::Sequence(values.iter().copied().map(int).collect())
}

/// `np.zeros(shape)`, where -1 is a length that is not known.
fn zeros(shape: &[i64]) -> Facts {
    let shape = Operand::Sequence(shape.iter().map(|len| if *len < 0 { Operand::Scalar } else { int(*len) }).collect());
    made(fresh(GeometryOp::Arg, &[shape], Layout::C, Some(8)))
}

fn made(flow: Flow) -> Facts {
    Facts {
        evidence: Evidence::Made,
        dtype: Dtype::Float(8),
        geometry: flow.geometry,
        c_contiguous: flow.c_contiguous,
        f_contiguous: flow.f_contiguous,
        overlaps: flow.overlaps,
        ..Facts::default()
    }
}

fn slice(lower: Bound, upper: Bound) -> IndexItem {
    IndexItem::Slice { lower, upper, step: Bound::Absent }
}

fn index(facts: &Facts, items: &[IndexItem]) -> Facts {
    made(view(GeometryOp::Index, &[Operand::Array(facts), Operand::Index(items)], Some(8)))
}

fn asks(op: TestOp, facts: &Facts, args: &[Operand]) -> Tri {
    let mut all = vec![Operand::Array(facts)];
    all.extend_from_slice(args);
    test(op, &all, None)
}

#[test]
fn rows_of_unknown_number() {
    let a = zeros(&[-1, 3]);
    assert_eq!(a.geometry.strides.as_deref(), Some(&[24, 8][..]));
    assert_eq!((a.c_contiguous, a.f_contiguous), (Tri::Yes, Tri::Maybe));
    let tail = index(&a, &[slice(Bound::Known(1), Bound::Absent)]);
    assert_eq!((tail.c_contiguous, tail.geometry.offset), (Tri::Yes, 24));
    let column = index(&a, &[IndexItem::Ellipsis, IndexItem::Int(Some(1))]);
    assert_eq!((column.c_contiguous, column.geometry.offset), (Tri::Maybe, 8));
    let other = index(&a, &[IndexItem::Ellipsis, IndexItem::Int(Some(2))]);
    assert_eq!(crate::alias::shares::shares(&column, &other), Tri::No);
    let row = index(&a, &[IndexItem::Int(None)]);
    assert_eq!((row.geometry.strides, row.c_contiguous, row.geometry.ndim), (None, Tri::Yes, Some(1)));
    let turned = made(view(GeometryOp::Transpose, &[Operand::Array(&a)], Some(8)));
    assert_eq!(turned.f_contiguous, Tri::Yes);
}

#[test]
fn symbolic_strides() {
    let a = zeros(&[-1, -1, -1]);
    let block = index(&a, &[IndexItem::Int(None), slice(Bound::Unknown, Bound::Unknown)]);
    assert_eq!(block.c_contiguous, Tri::Yes);
    let inner = index(&a, &[slice(Bound::Absent, Bound::Absent), slice(Bound::Known(1), Bound::Absent)]);
    assert_eq!(inner.c_contiguous, Tri::Maybe);
    assert_eq!(asks(TestOp::ReshapesAsView, &a, &[int(-1)]), Tri::Yes);
    let swapped = made(view(GeometryOp::Swapaxes, &[Operand::Array(&a), int(0), int(2)], Some(8)));
    assert_eq!((swapped.c_contiguous, swapped.f_contiguous), (Tri::Maybe, Tri::Yes));
}

#[test]
fn unknown_rank() {
    let c = Facts { c_contiguous: Tri::Yes, ..Facts::default() };
    assert_eq!(index(&c, &[IndexItem::Int(None), slice(Bound::Unknown, Bound::Absent)]).c_contiguous, Tri::Yes);
    assert_eq!(index(&c, &[slice(Bound::Unknown, Bound::Absent), IndexItem::Int(None)]).c_contiguous, Tri::Maybe);
    assert_eq!(made(view(GeometryOp::Transpose, &[Operand::Array(&c)], None)).f_contiguous, Tri::Yes);
    assert_eq!(asks(TestOp::RavelsAsView, &c, &[]), Tri::Yes);
    let flat = view(GeometryOp::Ravel, &[Operand::Array(&c)], None);
    assert_eq!((flat.geometry.ndim, flat.c_contiguous), (Some(1), Tri::Yes));
}

#[test]
fn one_axis_is_always_cut_in_place() {
    let mut every_other = Facts { c_contiguous: Tri::No, f_contiguous: Tri::No, ..zeros(&[-1]) };
    every_other.geometry.strides = Some(SmallVec::from_slice(&[16]));
    assert_eq!(asks(TestOp::ReshapesAsView, &every_other, &[ints(&[-1, 3])]), Tri::Yes);
    assert_eq!(asks(TestOp::RavelsAsView, &every_other, &[]), Tri::No);
}

#[test]
fn fields_and_broadcasts() {
    let mut records = zeros(&[4]);
    records.dtype = Dtype::parse("i4,f8");
    records.geometry.strides = Some(SmallVec::from_slice(&[12]));
    let field = IndexItem::Field(Some("f1".into()));
    let flow = view(GeometryOp::Index, &[Operand::Array(&records), Operand::Index(&[field])], Some(8));
    assert_eq!((flow.geometry.offset, flow.c_contiguous), (4, Tri::No));
    let row = zeros(&[3]);
    let flow = view(GeometryOp::BroadcastTo, &[Operand::Array(&row), ints(&[2, 3])], Some(8));
    assert_eq!((flow.geometry.strides.as_deref(), flow.overlaps), (Some(&[0, 8][..]), Tri::Yes));
}

#[test]
fn nested_data_and_broadcast_of_many() {
    let data = Operand::Sequence(vec![ints(&[1, 2]), ints(&[3, 4])]);
    let shape = |op, args: &[Operand]| fresh(op, args, Layout::C, Some(8)).geometry.shape.map(SmallVec::into_vec);
    assert_eq!(shape(GeometryOp::Like, std::slice::from_ref(&data)), Some(vec![Some(2), Some(2)]));
    let column = zeros(&[-1, 1]);
    let args = [Operand::Array(&column), data, Operand::Const(Const::Float(0.0)), Operand::Missing];
    assert_eq!(shape(GeometryOp::Broadcast, &args), Some(vec![Some(2), Some(2)]));
    assert_eq!(shape(GeometryOp::Arange, &[int(10)]), Some(vec![Some(10)]));
    assert_eq!(shape(GeometryOp::Square, &[int(3)]), Some(vec![Some(3), Some(3)]));
    assert_eq!(shape(GeometryOp::Concatenate, &[Operand::Unknown]), None);
}

#[test]
fn conditions() {
    let a = zeros(&[2, 3]);
    let text = |text: &str| Operand::Const(Const::Str(text.into()));
    assert_eq!(asks(TestOp::Kind, &a, &[text("iu")]), Tri::No);
    assert_eq!(asks(TestOp::SameDtype, &a, &[text("float64")]), Tri::Yes);
    assert_eq!(asks(TestOp::SameDtype, &a, &[Operand::Missing]), Tri::Yes);
    assert_eq!(asks(TestOp::SameDtype, &a, &[Operand::Unknown]), Tri::Maybe);
    assert_eq!(
        asks(TestOp::FullScalar, &a, &[Operand::Index(&[IndexItem::Int(None), IndexItem::Int(None)])]),
        Tri::Yes
    );
    assert_eq!(asks(TestOp::FullScalar, &a, &[int(0)]), Tri::No);
    assert_eq!(test(TestOp::Equals, &[text("f"), text("F")], None), Tri::Yes);
    assert_eq!(test(TestOp::Basic, &[Operand::Index(&[IndexItem::Unknown])], None), Tri::Maybe);
    assert_eq!(asks(TestOp::AllAxes, &a, &[ints(&[0, -1])]), Tri::Yes);
}

/// Operands without sense, from a counter.
fn nonsense<'a>(seed: &mut u64, facts: &'a [Facts], items: &'a [Vec<IndexItem>], depth: u32) -> Operand<'a> {
    const NUMBERS: [i64; 9] = [0, 1, -1, 3, 63, 64, i64::MAX, i64::MIN, i64::MIN + 1];
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let draw = usize::try_from(*seed >> 40).unwrap_or(0);
    match draw % 9 {
        0 | 1 => Operand::Array(&facts[draw / 9 % facts.len()]),
        2 | 3 => int(NUMBERS[draw / 9 % NUMBERS.len()]),
        4 if depth > 0 => {
            Operand::Sequence((0..draw / 9 % 5).map(|_| nonsense(seed, facts, items, depth - 1)).collect())
        }
        5 => Operand::Index(&items[draw / 9 % items.len()]),
        6 => Operand::Scalar,
        7 => Operand::Missing,
        _ => Operand::Unknown,
    }
}

#[test]
fn no_panic() {
    let huge = Geometry {
        ndim: Some(3),
        shape: Some(SmallVec::from_slice(&[Some(u64::MAX), None, Some(1 << 40)])),
        strides: Some(SmallVec::from_slice(&[i64::MIN, i64::MAX, -1])),
        offset: i64::MIN,
    };
    let odd = Geometry { ndim: Some(2), shape: Some(SmallVec::new()), ..Geometry::default() };
    let many = Geometry { ndim: Some(255), ..Geometry::default() };
    let with =
        |geometry: Geometry| Facts { geometry, dtype: Dtype::Float(8), c_contiguous: Tri::Yes, ..Facts::default() };
    let facts = [with(huge), with(odd), with(many), zeros(&[]), zeros(&[2, 0, 3]), zeros(&[-1, -1]), Facts::default()];
    let extreme = |value: i64| IndexItem::Slice {
        lower: Bound::Known(value),
        upper: Bound::Known(value.wrapping_neg()),
        step: Bound::Known(value),
    };
    let items = [
        vec![IndexItem::Int(Some(i64::MIN)), IndexItem::NewAxis, extreme(i64::MIN)],
        vec![extreme(i64::MAX), IndexItem::Ellipsis, IndexItem::Ellipsis, extreme(0)],
        vec![IndexItem::Mask { ndim: Some(255) }, IndexItem::IntArray { shape: facts[0].geometry.clone() }],
        vec![IndexItem::Fields(None), IndexItem::Field(None), IndexItem::Unknown],
        vec![],
    ];
    let mut seed = 1;
    for _ in 0..5_000 {
        let args: Vec<Operand> = (0..4).map(|_| nonsense(&mut seed, &facts, &items, 2)).collect();
        for op in OPS {
            let flow = view(op, &args, Some(8));
            let lengths = flow.geometry.shape.map_or(0, |shape| shape.len());
            assert_eq!(usize::from(flow.geometry.ndim.unwrap_or(0)), lengths);
            let _ = fresh(op, &args, Layout::KeepOf(&facts[usize::from(seed & 1 == 0)]), Some(u32::MAX));
        }
        for op in TESTS {
            let _ = test(op, &args, None);
        }
    }
}

const OPS: [GeometryOp; 33] = {
    use GeometryOp::*;
    [
        Like,
        Arg,
        Transpose,
        Reshape,
        Ravel,
        Squeeze,
        ExpandDims,
        Swapaxes,
        Moveaxis,
        Rollaxis,
        Flip,
        Rot90,
        Diagonal,
        Index,
        BroadcastTo,
        Broadcast,
        Reduce,
        Arange,
        Length,
        Square,
        Concatenate,
        Stack,
        Atleast,
        Iterate,
        Split,
        Real,
        Imag,
        Rearrange,
        Windows,
        Ndmin,
        Diag,
        Grid,
        Unknown,
    ]
};

const TESTS: [TestOp; 12] = {
    use TestOp::*;
    [
        ReshapesAsView,
        RavelsAsView,
        Squeezes,
        SameShape,
        IdentityAxes,
        Satisfies,
        FullScalar,
        AllAxes,
        Size,
        Basic,
        SameDtype,
        LikeDtype,
    ]
};
