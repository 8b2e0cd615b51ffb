//! Challenges: the server's `Date` in seconds on the first line, the answer on the second.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| {
    let (date, json) = input.split_once('\n').unwrap_or(("", input));
    autoplus::fuzzing::challenges(json, date.parse().unwrap_or_default());
});
