//! What several integration tests share: Python environments with a known NumPy, and running programs in them.

#![allow(dead_code, reason = "each test binary uses a part")]

pub mod programs;
pub mod venv;
