//! Trades and the other answers that are one object or a list of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|json: &str| autoplus::fuzzing::answers(json));
