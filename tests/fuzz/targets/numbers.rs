//! Numbers: amounts, integers and times, as tokens of JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|token: &str| autoplus::fuzzing::numbers(token));
