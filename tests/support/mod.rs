//! What several integration tests share: Python environments with a known NumPy, running programs in them, and
//! running ndalias.

#![allow(dead_code, reason = "each test binary uses a part")]

pub mod analysed;
pub mod programs;
pub mod scratch;
pub mod venv;
