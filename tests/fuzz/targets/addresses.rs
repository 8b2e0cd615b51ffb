//! Addresses: the crypto on the first line, the address on the second.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| {
    let (crypto, address) = input.split_once('\n').unwrap_or(("btc", input));
    autoplus::fuzzing::addresses(crypto, address);
});
