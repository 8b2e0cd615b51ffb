//! The programs of the pages, by name: `autoplus-docs start`.

fn main() {}
