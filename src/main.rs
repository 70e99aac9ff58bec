//! The `kordon` program.

fn main() {}
