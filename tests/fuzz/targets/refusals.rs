//! Refusals: the status, the headers `Date` and `Retry-After`, and the body, a line each; the body may go on.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(4, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
    let (status, date, retry_after) = (text(next()), text(next()), text(next()));
    let status = status.parse().ok().filter(|status| (100..1000).contains(status)).unwrap_or(503);
    autoplus::fuzzing::refusals(status, &date, &retry_after, next());
});
