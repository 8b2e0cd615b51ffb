//! Operations that were kept: the process's and the wall's clock in milliseconds and seconds, then the JSON, a line each.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| {
    let mut lines = input.splitn(3, '\n');
    let mut next = || lines.next().unwrap_or_default();
    let (now, wall) = (next().parse().unwrap_or_default(), next().parse().unwrap_or_default());
    autoplus::fuzzing::operations(next(), now, wall);
});
