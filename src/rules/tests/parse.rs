//! The small languages inside strings.

use crate::rules::argument::Scope;
use crate::rules::condition::parse_condition;
use crate::rules::fact::{parse_dtype, parse_geometry, parse_layout};
use crate::rules::schema::*;
use crate::rules::signature::parse_signature;
use crate::rules::{Gives, Targets};

fn param(name: &str, kind: ParamKind, default: Option<Literal>) -> Param {
    Param { name: name.to_owned(), kind, default }
}

fn test(op: TestOp, args: &[Arg]) -> Cond {
    Cond::Test(Test { op, args: args.to_vec(), compare: None })
}

#[test]
fn signatures() {
    let params = parse_signature("(a, b=-1, /, c='C', *args, d=<no value>, e=(1, 2), f=np.float64, **kw)").unwrap();
    let expected = [
        param("a", ParamKind::PositionalOnly, None),
        param("b", ParamKind::PositionalOnly, Some(Literal::Int(-1))),
        param("c", ParamKind::Either, Some(Literal::Str("C".to_owned()))),
        param("args", ParamKind::VarPositional, None),
        param("d", ParamKind::KeywordOnly, Some(Literal::Other)),
        param("e", ParamKind::KeywordOnly, Some(Literal::Other)),
        param("f", ParamKind::KeywordOnly, Some(Literal::Other)),
        param("kw", ParamKind::VarKeyword, None),
    ];
    assert_eq!(params, expected);
    let params = parse_signature("(x, *, casting='same_kind', subok=True, where=True, tol=1e-8, )").unwrap();
    assert_eq!(params[2], param("subok", ParamKind::KeywordOnly, Some(Literal::Bool(true))));
    assert_eq!(params[4], param("tol", ParamKind::KeywordOnly, Some(Literal::Other)));
    assert_eq!(parse_signature("()").unwrap(), []);
}

#[test]
fn conditions() {
    let params = parse_signature("(a, order='C')").unwrap();
    let parse = |text| parse_condition(text, Scope(&params)).unwrap();
    let (a, order) = (Arg::Param(0), Arg::Param(1));
    let exact = test(TestOp::Exact, std::slice::from_ref(&a));
    let given = test(TestOp::Given, std::slice::from_ref(&order));
    let ndim = Test { op: TestOp::Ndim, args: vec![a.clone()], compare: Some((Compare::Ge, 2)) };
    assert_eq!(
        parse("exact(a) and ndim(a) >= 2 or not given(order)"),
        Cond::Or(vec![Cond::And(vec![exact.clone(), Cond::Test(ndim)]), Cond::Not(Box::new(given.clone()))])
    );
    assert_eq!(parse("exact(a) and (given(order) or exact(a))"), {
        Cond::And(vec![exact.clone(), Cond::Or(vec![given, exact])])
    });
    let equals = test(TestOp::Equals, &[order.clone(), Arg::Literal(Literal::Str("F".to_owned()))]);
    assert_eq!(parse("order == 'F'"), equals);
    assert_eq!(parse("order != \"F\""), Cond::Not(Box::new(equals)));
    assert_eq!(parse("ravels_as_view(a, 'C')"), {
        test(TestOp::RavelsAsView, &[a.clone(), Arg::Literal(Literal::Str("C".to_owned()))])
    });
    assert_eq!(parse("none(order)"), test(TestOp::NoneValue, std::slice::from_ref(&order)));
    let given = test(TestOp::Given, &[order]);
    assert_eq!(parse("sometimes and not given(order)"), {
        Cond::And(vec![Cond::Sometimes, Cond::Not(Box::new(given))])
    });
}

#[test]
fn facts() {
    let params = parse_signature("(a, shape, order='C', dtype=None)").unwrap();
    let scope = Scope(&params);
    let geometry = |text| parse_geometry(text, scope).unwrap();
    let reshape = Geometry { op: GeometryOp::Reshape, args: vec![Arg::Param(0), Arg::Param(1), Arg::Param(2)] };
    assert_eq!(geometry("reshape(a, shape, order)"), reshape);
    assert_eq!(geometry("broadcast(a, shape)").args.len(), 2);
    assert_eq!(geometry("atleast(a, 2)").args[1], Arg::Literal(Literal::Int(2)));
    assert_eq!(geometry("repeat(a)").op, GeometryOp::Unknown);
    let dtype = |text| parse_dtype(text, scope).unwrap();
    let float = DtypeSpec::Literal("float64".to_owned());
    assert_eq!(dtype("arg(dtype) or float64"), DtypeSpec::FirstOf(vec![DtypeSpec::Arg(3), float]));
    assert_eq!(dtype("promote(a, shape)"), DtypeSpec::Promote(vec![0, 1]));
    assert_eq!(parse_layout("order(order)", scope).unwrap(), LayoutSpec::Order(2, Vec::new()));
    assert_eq!(parse_layout("keep(a)", scope).unwrap(), LayoutSpec::Keep(vec![0]));
}

#[test]
fn what_cases_give() {
    let gives = Gives::parse("list of view of a, b").unwrap();
    let of = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(gives, Gives { container: Some(Container::List), relation: Relation::View, of, items: vec![] });
    let gives = Gives::parse("tuple (view of a; scalar)").unwrap();
    assert_eq!(gives.container, Some(Container::Tuple));
    assert_eq!(gives.items[0], Gives::parse("view of a").unwrap());
    assert_eq!(gives.kind().to_string(), "tuple (`view`; `scalar`)");
    assert_eq!(Gives::parse("none").unwrap().relation, Relation::None);
    assert!(Gives::parse("same a").is_err());
}

#[test]
fn targets() {
    let mut targets = Targets::default();
    assert_eq!(targets.version("numpy"), (2, 4));
    targets.set("numpy=1.26").unwrap();
    assert_eq!(targets.version("numpy"), (1, 26));
    targets.set("numpy=2.0.2").unwrap();
    assert_eq!(targets.version("numpy"), (2, 0));
    assert_eq!(targets.version("elsewhere"), (u16::MAX, u16::MAX));
    let error = "`numpy` is not a target; write LIBRARY=MAJOR.MINOR, such as numpy=1.26";
    assert_eq!(targets.set("numpy"), Err(error.to_owned()));
}
