//! Which argument goes to which parameter.

use smallvec::{SmallVec, smallvec};

/// How a parameter takes arguments, whoever declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// By position only.
    Position,
    /// Either way.
    Either,
    /// By keyword only.
    Keyword,
    /// `*args`
    Positions,
    /// `**kwargs`
    Keywords,
}

/// What a parameter gets: positions in the list of arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Nothing: its default.
    Absent,
    /// One argument.
    One(usize),
    /// These, in order.
    Many(SmallVec<[usize; 2]>),
    /// Something out of `*args` or `**kwargs` of the call.
    Spread,
}

/// What each parameter gets.
pub type BoundArgs = SmallVec<[Bound; 4]>;

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed<'a> {
    /// By position.
    Position,
    /// By keyword.
    Keyword(&'a str),
    /// `*value`
    Star,
    /// `**value`
    DoubleStar,
}

/// Binds arguments to parameters. A call that Python would reject binds as far as it can.
pub fn bind(params: &[(&str, Takes)], args: &[Passed<'_>]) -> BoundArgs {
    let mut bound: BoundArgs = smallvec![Bound::Absent; params.len()];
    let mut positions = params
        .iter()
        .enumerate()
        .filter(|(_, (_, takes))| matches!(takes, Takes::Position | Takes::Either | Takes::Positions));
    let (mut star, mut double_star) = (false, false);
    let mut collecting: Option<usize> = None;
    for (arg, passed) in args.iter().enumerate() {
        match passed {
            Passed::Position if star => {}
            Passed::Position => {
                let at = match collecting {
                    Some(at) => Some(at),
                    None => positions.next().map(|(at, _)| at),
                };
                let Some(at) = at else { continue };
                if params[at].1 == Takes::Positions {
                    collecting = Some(at);
                    collect(&mut bound[at], arg);
                } else {
                    bound[at] = Bound::One(arg);
                }
            }
            Passed::Keyword(name) => {
                let named = params
                    .iter()
                    .position(|(param, takes)| param == name && matches!(takes, Takes::Either | Takes::Keyword));
                match named {
                    Some(at) => bound[at] = Bound::One(arg),
                    None => {
                        if let Some(at) = params.iter().position(|(_, takes)| *takes == Takes::Keywords) {
                            collect(&mut bound[at], arg);
                        }
                    }
                }
            }
            Passed::Star => star = true,
            Passed::DoubleStar => double_star = true,
        }
    }
    for (at, (_, takes)) in params.iter().enumerate() {
        let reached = match takes {
            Takes::Position | Takes::Positions => star,
            Takes::Either => star || double_star,
            Takes::Keyword | Takes::Keywords => double_star,
        };
        // What collects arguments gets those of the star beside its own.
        if reached && matches!(bound[at], Bound::Absent | Bound::Many(_)) {
            bound[at] = Bound::Spread;
        }
    }
    bound
}

fn collect(bound: &mut Bound, arg: usize) {
    if let Bound::Many(args) = bound {
        args.push(arg);
    } else {
        *bound = Bound::Many(SmallVec::from_elem(arg, 1));
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Passed, Takes, bind};

    const PARAMS: &[(&str, Takes)] =
        &[("a", Takes::Either), ("b", Takes::Either), ("rest", Takes::Positions), ("k", Takes::Keyword)];

    #[test]
    fn positions_then_rest_then_keywords() {
        let args = [Passed::Position, Passed::Position, Passed::Position, Passed::Keyword("k")];
        let bound = bind(PARAMS, &args);
        assert_eq!(bound[..2], [Bound::One(0), Bound::One(1)]);
        assert_eq!(bound[2], Bound::Many(smallvec::smallvec![2]));
        assert_eq!(bound[3], Bound::One(3));
    }

    #[test]
    fn a_star_may_reach_what_is_not_bound() {
        let bound = bind(PARAMS, &[Passed::Position, Passed::Star]);
        assert_eq!(bound[..], [Bound::One(0), Bound::Spread, Bound::Spread, Bound::Absent]);
        let args = [Passed::Position, Passed::Position, Passed::Position, Passed::Star];
        assert_eq!(bind(PARAMS, &args)[2], Bound::Spread);
    }
}
