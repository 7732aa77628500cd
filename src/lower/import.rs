//! Imports: names become dotted paths.

use rustpython_ast as ast;

use super::expr::opaque;
use super::{Lowerer, span};
use crate::ir::{Rvalue, StmtKind};

impl<'a> Lowerer<'a> {
    /// `import a.b as c` binds `c` to `a.b`; `import a.b` loads `a.b` and binds `a`.
    pub(super) fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in import.names.iter().filter(|alias| !alias.name.is_empty()) {
            let at = span(alias);
            let whole = Rvalue::Import(self.names.intern(&alias.name));
            match (&alias.asname, alias.name.split_once('.')) {
                (Some(name), _) => self.store_name(name, span(name), whole, at),
                (None, None) => self.store_name(&alias.name, at, whole, at),
                (None, Some((first, _))) => {
                    self.discard(whole, at);
                    let package = Rvalue::Import(self.names.intern(first));
                    self.store_name(first, at, package, at);
                }
            }
        }
    }

    /// `from .a import b as c` binds `c` to `.a.b`, `from . import b` binds `b` to `.b`.
    pub(super) fn import_from(&mut self, import: &'a ast::StmtImportFrom) {
        let dots = ".".repeat(import.level as usize);
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        let base = format!("{dots}{module}");
        for alias in import.names.iter().filter(|alias| !alias.name.is_empty()) {
            let at = span(alias);
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            if base.is_empty() {
                if &alias.name != "*" {
                    self.store_name(name, span(name), opaque("broken code", Vec::new()), at);
                }
                continue;
            }
            if &alias.name == "*" {
                let module = self.names.intern(&base);
                self.build.emit(StmtKind::ImportStar(module), span(import));
                continue;
            }
            let separator = if module.is_empty() { "" } else { "." };
            let path = self.names.intern(&format!("{base}{separator}{}", alias.name.as_str()));
            self.store_name(name, span(name), Rvalue::Import(path), at);
        }
    }
}
