//! ndalias: a static analyzer for NumPy memory aliasing.
//!
//! The modules form one line, each naming only those to its left:
//! `source < diagnostic < rules < syntax < ir < flow < lower < project < alias < hazard < analysis < report < cli < lsp`.

pub mod alias;
pub mod analysis;
pub mod cli;
pub mod diagnostic;
pub mod flow;
pub mod hazard;
pub mod ir;
pub mod lower;
pub mod project;
pub mod report;
pub mod rules;
pub mod source;
pub mod syntax;
