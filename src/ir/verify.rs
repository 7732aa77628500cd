//! What every module must satisfy, checked in tests of whatever makes or changes one.
//!
//! Each temporary is defined once and read only later in the block that defines it; every id is in range; loops and
//! parents come before what they hold; a loop's header belongs to it.

use rustc_hash::FxHashSet;

use super::{Block, Body, BodyId, Id, Module, Name, OperandKind, Place, Rvalue, StmtKind, Table, Temp};

/// What is wrong with `module`, one sentence each; empty where nothing is.
#[must_use]
pub fn verify(module: &Module) -> Vec<String> {
    let mut checker = Checker { module, problems: Vec::new(), at: String::new() };
    for (id, body) in module.bodies.iter_ids() {
        checker.body(id, body);
    }
    for (id, class) in module.classes.iter_ids() {
        checker.at = format!("class {}", id.0);
        checker.require(class.body.index() < module.bodies.len(), "its body exists");
        checker.require(class.parent < class.body, "its parent comes before its body");
        checker.require(class.methods.iter().all(|(_, body)| *body > class.body), "its methods come after its body");
        checker.require(class.methods.iter().all(|(_, body)| body.index() < module.bodies.len()), "its methods exist");
    }
    checker.problems
}

struct Checker<'m> {
    module: &'m Module,
    problems: Vec<String>,
    at: String,
}

fn in_range<I: Id, T>(id: I, table: &Table<I, T>) -> bool {
    id.index() < table.len()
}

impl Checker<'_> {
    fn require(&mut self, holds: bool, law: &str) {
        if !holds {
            self.problems.push(format!("{}: broken: {law}", self.at));
        }
    }

    fn body(&mut self, id: BodyId, body: &Body) {
        self.at = format!("#{} {}", id.0, body.qualname);
        self.require((id == Module::TOP) == body.parent.is_none(), "only the module's body has no parent");
        self.require(body.parent.is_none_or(|parent| parent < id), "a parent comes before its child");
        self.require(in_range(body.entry, &body.blocks), "the entry exists");
        self.require(body.class.is_none_or(|class| in_range(class, &self.module.classes)), "its class exists");
        for (position, param) in body.params.iter().enumerate() {
            self.require(param.local.index() == position, "parameters are the first locals in order");
        }
        self.require(body.params.len() <= body.locals.len(), "parameters are locals");
        for (loop_id, info) in body.loops.iter_ids() {
            self.require(info.parent.is_none_or(|parent| parent < loop_id), "an outer loop comes first");
            let header = in_range(info.header, &body.blocks).then(|| body.blocks[info.header].in_loop);
            self.require(header == Some(Some(loop_id)), "a loop's header belongs to it");
        }
        let mut defined = FxHashSet::default();
        for (block_id, block) in body.blocks.iter_ids() {
            self.at = format!("#{} {} b{}", id.0, body.qualname, block_id.0);
            self.block(id, block, &mut defined);
        }
        self.at = format!("#{} {}", id.0, body.qualname);
        self.require(defined.len() == body.temp_count as usize, "temporaries are dense");
    }

    fn block(&mut self, id: BodyId, block: &Block, defined: &mut FxHashSet<Temp>) {
        let body = &self.module.bodies[id];
        self.require(block.handler.is_none_or(|to| in_range(to, &body.blocks)), "the handler exists");
        self.require(block.in_loop.is_none_or(|to| in_range(to, &body.loops)), "the loop exists");
        self.require(block.end.kind.successors().all(|to| in_range(to, &body.blocks)), "the successors exist");
        let mut here = FxHashSet::default();
        for stmt in &block.stmts {
            stmt.kind.operands(&mut |operand| self.operand(body, operand.kind, &here));
            stmt.kind.places(&mut |place| self.place(body, *place, &mut here, defined));
            self.ids(&stmt.kind);
        }
        block.end.kind.operands(&mut |operand| self.operand(body, operand.kind, &here));
        block.end.kind.places(&mut |place| {
            self.require(matches!(place, Place::Local(_)), "an element is bound to a local");
            self.place(body, *place, &mut here, defined);
        });
    }

    fn operand(&mut self, body: &Body, operand: OperandKind, here: &FxHashSet<Temp>) {
        match operand {
            OperandKind::Local(local) => self.require(in_range(local, &body.locals), "a local read exists"),
            OperandKind::Temp(temp) => {
                self.require(here.contains(&temp), "a temporary is read after it is defined, in its block");
            }
            OperandKind::Const(_) => {}
        }
    }

    fn place(&mut self, body: &Body, place: Place, here: &mut FxHashSet<Temp>, defined: &mut FxHashSet<Temp>) {
        match place {
            Place::Local(local) => self.require(in_range(local, &body.locals), "a local bound exists"),
            Place::Temp(temp) => {
                here.insert(temp);
                self.require(defined.insert(temp), "a temporary is defined once");
                self.require(temp.0 < body.temp_count, "temporaries are counted");
            }
        }
    }

    /// Ids in a statement that are neither operands nor places.
    fn ids(&mut self, kind: &StmtKind) {
        let (free, name): (_, Option<Name>) = match kind {
            StmtKind::Assign { value, .. } | StmtKind::Eval { value } => {
                self.rvalue_ids(value);
                (None, None)
            }
            StmtKind::StoreFree { body, local, .. } => (Some((*body, *local)), None),
            StmtKind::StoreGlobal { name, .. } | StmtKind::DeleteGlobal(name) | StmtKind::ImportStar(name) => {
                (None, Some(*name))
            }
            StmtKind::StoreAttr { attr, .. } | StmtKind::DeleteAttr { attr, .. } => (None, Some(*attr)),
            StmtKind::StoreIndex { .. }
            | StmtKind::Unpack { .. }
            | StmtKind::DeleteLocal(_)
            | StmtKind::DeleteIndex { .. }
            | StmtKind::Exit(_) => (None, None),
        };
        if let Some((body, local)) = free {
            self.free(body, local);
        }
        self.require(name.is_none_or(|name| !self.module.names.text(name).is_empty()), "names are not empty");
    }

    fn free(&mut self, body: BodyId, local: super::Local) {
        let found = in_range(body, &self.module.bodies) && in_range(local, &self.module.bodies[body].locals);
        self.require(found, "a free variable exists");
        self.require(found && self.module.bodies[body].locals[local].captured, "a free variable is captured");
    }

    fn rvalue_ids(&mut self, value: &Rvalue) {
        match value {
            Rvalue::Free { body, local } => self.free(*body, *local),
            Rvalue::MakeFunction { body, defaults, .. } => {
                self.require(in_range(*body, &self.module.bodies), "a function's body exists");
                let params = self.module.bodies.iter().nth(body.index()).map_or(0, |body| body.params.len());
                self.require(
                    defaults.iter().all(|(position, _)| (*position as usize) < params),
                    "a default has a parameter",
                );
            }
            Rvalue::MakeClass { class, bases, .. } => {
                self.require(in_range(*class, &self.module.classes), "a class exists");
                let count = self.module.classes.iter().nth(class.index()).map_or(0, |class| class.bases.len());
                self.require(bases.len() == count, "bases have values");
            }
            Rvalue::Use(_)
            | Rvalue::Global(_)
            | Rvalue::Builtin(_)
            | Rvalue::Import(_)
            | Rvalue::Attr { .. }
            | Rvalue::Index { .. }
            | Rvalue::Call { .. }
            | Rvalue::CallMethod { .. }
            | Rvalue::Binary { .. }
            | Rvalue::InPlace { .. }
            | Rvalue::Unary { .. }
            | Rvalue::Compare { .. }
            | Rvalue::List(_)
            | Rvalue::Tuple(_)
            | Rvalue::Set(_)
            | Rvalue::Dict(_)
            | Rvalue::Format(_)
            | Rvalue::Iter { .. }
            | Rvalue::Enter(_)
            | Rvalue::Await(_)
            | Rvalue::Yield(_)
            | Rvalue::YieldFrom(_)
            | Rvalue::Caught
            | Rvalue::Matches { .. }
            | Rvalue::Append { .. }
            | Rvalue::Opaque { .. } => {}
        }
    }
}
