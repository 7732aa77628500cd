//! `match`: patterns become tests that branch, then the captures are bound.
//!
//! A pattern binds nothing unless all of it fits, so captures are collected while testing and bound after the last test.

use rustpython_ast::{self as ast, Pattern, Singleton};

use super::expr::opaque;
use super::literal::dotted;
use super::{Lowerer, local_operand, span};
use crate::ir::{
    BlockId, CompareOp, Const, Fit, Index, IndexItem, Operand, OperandKind, Place, Rvalue, StmtKind, UnpackTarget,
};
use crate::source::Span;

/// A name to be bound to a part of the subject.
#[derive(Clone, Copy)]
struct Capture<'a> {
    name: &'a ast::Identifier,
    value: Operand,
}

/// Classes whose one positional pattern is the subject itself.
const SELF_MATCHING: [&str; 11] =
    ["bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"];

impl<'a> Lowerer<'a> {
    pub(super) fn choice(&mut self, choice: &'a ast::StmtMatch) {
        let whole = span(choice);
        let after = self.build.new_block();
        let subject_span = span(choice.subject.as_ref());
        let subject = self.rvalue(&choice.subject);
        // A copy: captures may rebind the subject's variable. A variable, so that what a pattern tells of it is kept.
        let copy = self.new_synthetic(subject_span);
        self.assign_local(copy, subject, subject_span);
        let subject = local_operand(copy, subject_span);
        for case in &choice.cases {
            let next = self.build.new_block();
            self.build.separate(span(case));
            let mut captures = Vec::new();
            self.pattern(&case.pattern, subject, next, &mut captures);
            for capture in captures {
                let at = span(capture.name);
                self.store_name(capture.name, at, Rvalue::Use(capture.value), capture.value.span);
            }
            if let Some(guard) = &case.guard {
                let body = self.build.new_block();
                self.condition(guard, body, next);
                self.build.begin(body);
            }
            self.suite(&case.body);
            self.build.goto(after, span(case));
            self.build.begin(next);
        }
        self.build.goto(after, whole);
        self.build.begin(after);
    }

    /// Tests whether `subject` fits; goes on where it does, to `fail` where it does not.
    fn pattern(&mut self, pattern: &'a Pattern, subject: Operand, fail: BlockId, captures: &mut Vec<Capture<'a>>) {
        let at = span(pattern);
        let subject = Operand { kind: subject.kind, span: at };
        match pattern {
            Pattern::MatchValue(value) => {
                let right = self.operand(&value.value);
                self.test(CompareOp::Eq, subject, right, fail);
            }
            Pattern::MatchSingleton(singleton) => {
                let kind = match singleton.value {
                    Singleton::None => Const::None,
                    Singleton::True => Const::Bool(true),
                    Singleton::False => Const::Bool(false),
                };
                self.test(CompareOp::Is, subject, Operand { kind: OperandKind::Const(kind), span: at }, fail);
            }
            Pattern::MatchSequence(sequence) => {
                let starred = sequence.patterns.iter().filter(|one| matches!(one, Pattern::MatchStar(_))).count();
                let least = u32::try_from(sequence.patterns.len() - starred).unwrap_or(u32::MAX);
                self.branch_on_match(subject, Fit::Sequence { least, more: starred > 0 }, fail);
                self.sequence(&sequence.patterns, subject, fail, captures);
            }
            Pattern::MatchMapping(mapping) => self.mapping(mapping, subject, fail, captures),
            Pattern::MatchClass(class) => self.class_pattern(class, subject, fail, captures),
            Pattern::MatchStar(star) => captures.extend(star.name.iter().map(|name| Capture { name, value: subject })),
            Pattern::MatchAs(named) => {
                if let Some(pattern) = &named.pattern {
                    self.pattern(pattern, subject, fail, captures);
                }
                captures.extend(named.name.iter().map(|name| Capture { name, value: subject }));
            }
            Pattern::MatchOr(alternatives) => self.alternatives(&alternatives.patterns, subject, fail, captures),
        }
    }

    fn test(&mut self, op: CompareOp, left: Operand, right: Operand, fail: BlockId) {
        let cond = self.temp(Rvalue::Compare { op, left, right }, left.span);
        self.branch_or_fail(cond, fail);
    }

    fn sequence(&mut self, patterns: &'a [Pattern], subject: Operand, fail: BlockId, captures: &mut Vec<Capture<'a>>) {
        let parts: Vec<_> = patterns
            .iter()
            .map(|pattern| {
                let starred = matches!(pattern, Pattern::MatchStar(_));
                UnpackTarget { place: Place::Temp(self.build.new_temp()), starred, span: span(pattern) }
            })
            .collect();
        self.build.emit(StmtKind::Unpack { value: subject, targets: parts.clone() }, subject.span);
        for (pattern, part) in patterns.iter().zip(parts) {
            if let Place::Temp(temp) = part.place {
                self.pattern(pattern, Operand { kind: OperandKind::Temp(temp), span: part.span }, fail, captures);
            }
        }
    }

    fn mapping(
        &mut self,
        mapping: &'a ast::PatternMatchMapping,
        subject: Operand,
        fail: BlockId,
        captures: &mut Vec<Capture<'a>>,
    ) {
        let keys: Vec<Operand> = mapping.keys.iter().map(|key| self.operand(key)).collect();
        self.branch_on_match(subject, Fit::Mapping(keys.clone()), fail);
        for ((key, part), pattern) in mapping.keys.iter().zip(keys).zip(&mapping.patterns) {
            let item = IndexItem::Value(part);
            let index = Index { items: vec![item], is_tuple: false, span: span(key) };
            let part = self.temp(Rvalue::Index { object: subject, index }, span(pattern));
            self.pattern(pattern, part, fail, captures);
        }
        if let Some(name) = &mapping.rest {
            let value = self.temp(Rvalue::Dict(vec![(None, subject)]), span(name));
            captures.push(Capture { name, value });
        }
    }

    fn class_pattern(
        &mut self,
        pattern: &'a ast::PatternMatchClass,
        subject: Operand,
        fail: BlockId,
        captures: &mut Vec<Capture<'a>>,
    ) {
        let class = self.operand(&pattern.cls);
        self.branch_on_match(subject, Fit::Instance(class), fail);
        let is_self_matching = dotted(&pattern.cls).is_some_and(|class| SELF_MATCHING.contains(&class.as_str()));
        for part in &pattern.arguments.patterns {
            let value = if is_self_matching {
                subject
            } else {
                self.temp(opaque("a positional pattern of a class", vec![subject]), span(part))
            };
            self.pattern(part, value, fail, captures);
        }
        for keyword in &pattern.arguments.keywords {
            let at = span(&keyword.pattern);
            let value = if keyword.attr.is_empty() {
                opaque("broken code", vec![subject])
            } else {
                Rvalue::Attr { object: subject, attr: self.names.intern(&keyword.attr) }
            };
            let value = self.temp(value, at);
            self.pattern(&keyword.pattern, value, fail, captures);
        }
    }

    /// `a | b`: each alternative captures the same names, which go through one variable each.
    fn alternatives(
        &mut self,
        patterns: &'a [Pattern],
        subject: Operand,
        fail: BlockId,
        captures: &mut Vec<Capture<'a>>,
    ) {
        let fits = self.build.new_block();
        let mut joined: Vec<Capture<'a>> = Vec::new();
        for (position, pattern) in patterns.iter().enumerate() {
            let is_last = position + 1 == patterns.len();
            let next = if is_last { fail } else { self.build.new_block() };
            let mut own = Vec::new();
            self.pattern(pattern, subject, next, &mut own);
            for capture in own {
                self.join_capture(capture, &mut joined);
            }
            self.build.goto(fits, span(pattern));
            if !is_last {
                self.build.begin(next);
            }
        }
        self.build.begin(fits);
        captures.append(&mut joined);
    }

    fn join_capture(&mut self, capture: Capture<'a>, joined: &mut Vec<Capture<'a>>) {
        let at: Span = capture.value.span;
        let known = joined.iter().find(|known| known.name.id == capture.name.id).map(|known| known.value);
        let value = known.unwrap_or_else(|| {
            let value = local_operand(self.new_synthetic(at), at);
            joined.push(Capture { name: capture.name, value });
            value
        });
        if let OperandKind::Local(local) = value.kind {
            self.assign_local(local, Rvalue::Use(capture.value), at);
        }
    }
}
