//! The cases that `cases.py` writes, as operands and facts.

use ndalias::alias::Tri;
use ndalias::alias::dtype::Dtype;
use ndalias::alias::facts::{Evidence, Facts, Geometry};
use ndalias::alias::geometry::{Bound, Const, IndexItem, Operand};
use ndalias::rules::schema::{GeometryOp, TestOp};
use serde_json::Value;

/// What NumPy says of one array.
#[derive(Clone, Debug)]
pub struct State {
    pub shape: Vec<u64>,
    pub strides: Vec<i64>,
    pub offset: i64,
    pub c: bool,
    pub f: bool,
    pub overlaps: Option<bool>,
    pub dtype: Dtype,
}

impl State {
    pub fn read(value: &Value) -> Self {
        Self {
            shape: numbers(&value["shape"]).into_iter().map(|len| u64::try_from(len).expect("a length")).collect(),
            strides: numbers(&value["strides"]),
            offset: value["offset"].as_i64().expect("an offset"),
            c: value["c"].as_bool().expect("a flag"),
            f: value["f"].as_bool().expect("a flag"),
            overlaps: value["overlaps"].as_bool(),
            dtype: Dtype::parse(value["dtype"].as_str().expect("a dtype")),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Everything that there is to know.
    pub fn facts(&self) -> Facts {
        Facts {
            evidence: Evidence::Made,
            dtype: self.dtype.clone(),
            geometry: Geometry {
                ndim: u8::try_from(self.shape.len()).ok(),
                shape: Some(self.shape.iter().copied().map(Some).collect()),
                strides: Some(self.strides.iter().copied().collect()),
                offset: self.offset,
            },
            c_contiguous: Tri::known(self.c),
            f_contiguous: Tri::known(self.f),
            overlaps: self.overlaps.map_or(Tri::Maybe, Tri::known),
            ..Facts::default()
        }
    }
}

/// Ways to know less, each a bit: strides, each flag, the dtype, some lengths, all lengths, the rank.
pub fn erased(facts: &Facts, what: u32) -> Facts {
    let mut facts = facts.clone();
    if what & 1 != 0 {
        facts.geometry.strides = None;
        facts.geometry.offset = 0;
    }
    if what & 2 != 0 {
        facts.c_contiguous = Tri::Maybe;
    }
    if what & 4 != 0 {
        facts.f_contiguous = Tri::Maybe;
    }
    if what & 8 != 0 {
        facts.dtype = Dtype::Unknown;
    }
    for axis in 0..3 {
        let lengths = facts.geometry.shape.as_mut();
        if let Some(len) = lengths.and_then(|shape| shape.get_mut(axis)).filter(|_| what & (16 << axis) != 0) {
            *len = None;
        }
    }
    if what & 128 != 0 {
        facts.overlaps = Tri::Maybe;
    }
    if what & 256 != 0 {
        facts.geometry = Geometry::default();
    }
    facts
}

/// Ways to know less of arguments: integers and bounds of subscripts, whole arguments, integers in them.
pub fn vague(argument: Operand<'_>, what: u32) -> Operand<'_> {
    if what & 0x1000 != 0 {
        return Operand::Unknown;
    }
    match argument {
        Operand::Const(Const::Int(_)) if what & 0x2000 != 0 => Operand::Scalar,
        Operand::Sequence(items) => Operand::Sequence(items.into_iter().map(|item| vague(item, what)).collect()),
        same => same,
    }
}

/// A subscript of which integers (0x400) or bounds of slices (0x800: lower, 0x4000: upper, 0x8000: step) are not known.
pub fn vague_item(item: IndexItem, what: u32) -> IndexItem {
    match item {
        IndexItem::Int(_) if what & 0x400 != 0 => IndexItem::Int(None),
        IndexItem::Slice { lower, upper, step } => {
            let keep = |bound: Bound, bit: u32| if what & bit == 0 { bound } else { Bound::Unknown };
            IndexItem::Slice { lower: keep(lower, 0x800), upper: keep(upper, 0x4000), step: keep(step, 0x8000) }
        }
        same => same,
    }
}

pub fn numbers(value: &Value) -> Vec<i64> {
    list(value).iter().map(|number| number.as_i64().expect("an integer")).collect()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Subscripts of a list of arguments; operands borrow them.
pub fn subscripts(args: &[Value]) -> Vec<Vec<IndexItem>> {
    args.iter()
        .map(|arg| arg.get("index").map(|items| list(items).iter().map(item).collect()).unwrap_or_default())
        .collect()
}

pub fn operand<'a>(value: &Value, subscript: &'a [IndexItem], arrays: &'a [Facts]) -> Operand<'a> {
    match value {
        Value::Null => Operand::Missing,
        Value::Bool(value) => Operand::Const(Const::Bool(*value)),
        Value::Number(number) => {
            Operand::Const(number.as_i64().map_or(Const::Float(number.as_f64().expect("a number")), Const::Int))
        }
        Value::String(text) => Operand::Const(Const::Str(text.as_str().into())),
        Value::Array(items) => Operand::Sequence(items.iter().map(|item| operand(item, subscript, arrays)).collect()),
        Value::Object(object) if object.contains_key("index") => Operand::Index(subscript),
        Value::Object(object) if object.contains_key("none") => Operand::Const(Const::None),
        Value::Object(_) => {
            Operand::Array(&arrays[usize::try_from(value["array"].as_u64().expect("an array")).expect("small")])
        }
    }
}

fn item(value: &Value) -> IndexItem {
    let object = value.as_object().expect("an item");
    let (kind, value) = object.iter().next().expect("its kind");
    match kind.as_str() {
        "int" => IndexItem::Int(value.as_i64()),
        "newaxis" => IndexItem::NewAxis,
        "ellipsis" => IndexItem::Ellipsis,
        "field" => IndexItem::Field(value.as_str().map(Into::into)),
        "mask" => IndexItem::Mask { ndim: value.as_u64().and_then(|ndim| u8::try_from(ndim).ok()) },
        "ints" => {
            let lengths = numbers(value);
            let shape = lengths.iter().map(|len| u64::try_from(*len).ok()).collect();
            let ndim = u8::try_from(lengths.len()).ok();
            IndexItem::IntArray { shape: Geometry { ndim, shape: Some(shape), ..Geometry::default() } }
        }
        "slice" => {
            let bound = |index: usize| value[index].as_i64().map_or(Bound::Absent, Bound::Known);
            IndexItem::Slice { lower: bound(0), upper: bound(1), step: bound(2) }
        }
        _ => panic!("no such item: {kind}"),
    }
}

pub fn geometry_op(name: &str) -> GeometryOp {
    match name {
        "like" => GeometryOp::Like,
        "arg" => GeometryOp::Arg,
        "transpose" => GeometryOp::Transpose,
        "reshape" => GeometryOp::Reshape,
        "ravel" => GeometryOp::Ravel,
        "squeeze" => GeometryOp::Squeeze,
        "expand_dims" => GeometryOp::ExpandDims,
        "swapaxes" => GeometryOp::Swapaxes,
        "moveaxis" => GeometryOp::Moveaxis,
        "rollaxis" => GeometryOp::Rollaxis,
        "flip" => GeometryOp::Flip,
        "rot90" => GeometryOp::Rot90,
        "diagonal" => GeometryOp::Diagonal,
        "index" => GeometryOp::Index,
        "broadcast_to" => GeometryOp::BroadcastTo,
        "broadcast" => GeometryOp::Broadcast,
        "reduce" => GeometryOp::Reduce,
        "arange" => GeometryOp::Arange,
        "concatenate" => GeometryOp::Concatenate,
        "stack" => GeometryOp::Stack,
        "atleast" => GeometryOp::Atleast,
        "iterate" => GeometryOp::Iterate,
        "split" => GeometryOp::Split,
        "real" => GeometryOp::Real,
        "imag" => GeometryOp::Imag,
        _ => panic!("no such operation: {name}"),
    }
}

pub fn test_op(name: &str) -> TestOp {
    match name {
        "reshapes_as_view" => TestOp::ReshapesAsView,
        "ravels_as_view" => TestOp::RavelsAsView,
        "satisfies" => TestOp::Satisfies,
        "squeezes" => TestOp::Squeezes,
        "identity_axes" => TestOp::IdentityAxes,
        "same_shape" => TestOp::SameShape,
        "all_axes" => TestOp::AllAxes,
        "size" => TestOp::Size,
        "ndim" => TestOp::Ndim,
        _ => panic!("no such test: {name}"),
    }
}
