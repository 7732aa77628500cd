//! The stable text form of the intermediate form, for tests and debugging.
