//! How many wrong characters are noticed: counted, every position with every other character.

use super::check_address;
use super::forms::must_be_documented;
use crate::model::Crypto;

const SEGWIT: [(Crypto, &str); 6] = [
    (Crypto::Btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    (Crypto::Btc, "bc1qyucykdlhp62tezs0hagqury402qwhk589q80tqs5myh3rxq34nwqhkdhv7"),
    (Crypto::Btc, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
    (Crypto::Btc, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
    (Crypto::Ltc, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"),
    (Crypto::Ltc, "ltc1qjefds6ld7sadyepk9ehxawnwkaj9pqf8zq6wpc"),
];

const BASE58CHECK: [(Crypto, &str); 8] = [
    (Crypto::Btc, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    (Crypto::Btc, "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"),
    (Crypto::Btc, "36j4NfKv6Akva9amjWrLG6MuSQym1GuEmm"),
    (Crypto::Btc, "3BZECeAH8gSKkjrTx8PwMrNQBLG18yHpvf"),
    (Crypto::Ltc, "LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA"),
    (Crypto::Ltc, "LbfVMz974gbbGFqXF7FZUpSBWSbwBHDwR5"),
    (Crypto::Ltc, "MHrYRxAiMNBTku3eoDHwhA1LQGDjUStZW2"),
    (Crypto::Ltc, "3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY"),
];

const SOLANA: [&str; 3] = [
    "FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z",
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
];

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    tried: usize,
    accepted: usize,
    /// Of the accepted ones, those with no other warning than the right address has.
    without_a_word: usize,
}

/// Puts every other character of the alphabet at every position after the prefix.
fn corrupt(crypto: &Crypto, address: &str, (prefix, alphabet): (usize, &str), count: &mut Count) {
    let usual = check_address(crypto, address).unwrap().warnings;
    for position in prefix..address.len() {
        for wrong in alphabet.chars().filter(|wrong| !address[position..].starts_with(*wrong)) {
            let corrupted = format!("{}{wrong}{}", &address[..position], &address[position + 1..]);
            count.tried += 1;
            if let Ok(check) = check_address(crypto, &corrupted) {
                count.accepted += 1;
                count.without_a_word += usize::from(check.warnings == usual);
            }
        }
    }
}

impl Count {
    fn must_be_documented_for(&self, form: &str) {
        let Self { tried, accepted, without_a_word } = self;
        must_be_documented(&format!("| {form} | {tried} | {accepted} | {without_a_word} |"));
    }
}

fn printable() -> String {
    ('!'..='~').collect()
}

#[test]
fn one_wrong_character_is_always_noticed_in_bech32() {
    let mut count = Count::default();
    SEGWIT.iter().for_each(|(crypto, address)| corrupt(crypto, address, (0, &printable()), &mut count));
    assert_eq!(count, Count { tried: 27_342, accepted: 0, without_a_word: 0 });
    count.must_be_documented_for("bech32 and bech32m");
}

#[test]
fn one_wrong_character_is_always_noticed_in_base58check() {
    let mut count = Count::default();
    BASE58CHECK.iter().for_each(|(crypto, address)| corrupt(crypto, address, (0, &printable()), &mut count));
    assert_eq!(count, Count { tried: 25_296, accepted: 0, without_a_word: 0 });
    count.must_be_documented_for("base58check");
}

#[test]
fn one_wrong_character_in_mixed_case_hex_is_accepted_at_most_once_in_a_thousand() {
    let mut count = Count::default();
    let mut digits = String::from("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
    for _ in 0..100 {
        let address = check_address(&Crypto::Eth, &format!("0x{digits}")).unwrap().canonical;
        corrupt(&Crypto::Eth, &address, (2, "0123456789abcdefABCDEF"), &mut count);
        digits = following(&digits);
    }
    assert_eq!(count, Count { tried: 84_000, accepted: 56, without_a_word: 40 });
    count.must_be_documented_for("hex with its checksum (EIP-55)");
    assert!(count.accepted * 1000 <= count.tried);
}

/// Solana's addresses have no checksum: this is how little can be noticed.
#[test]
fn one_wrong_character_in_a_solana_address_is_mostly_accepted() {
    let base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut count = Count::default();
    SOLANA.iter().for_each(|address| corrupt(&Crypto::Sol, address, (0, base58), &mut count));
    assert_eq!(count, Count { tried: 7467, accepted: 7380, without_a_word: 3648 });
    count.must_be_documented_for("Solana, which has no checksum");
}

/// Other hex digits, as far from these as a hash makes them.
fn following(digits: &str) -> String {
    use sha3::{Digest, Keccak256};
    Keccak256::digest(digits).iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}
