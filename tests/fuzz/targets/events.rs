//! Pages of events, one on each line.
#![no_main]

libfuzzer_sys::fuzz_target!(|pages: &str| autoplus::fuzzing::events(pages));
