//! Each form of address against each crypto, as `docs/addresses.md` shows it.

use std::fmt::Write as _;

use super::{AddressWarning, check_address};
use crate::error::ErrorKind;
use crate::model::Crypto;
use Family::{Btc, Evm, Ltc, Sol};

/// Cryptos that share their forms of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Btc,
    Ltc,
    Evm,
    Sol,
}

const SHARED: &str = "several_networks";
const NO_CHECKSUM: &str = "no_checksum";
const NO_RULES: &str = "future_version";
const OFF_CURVE: &str = "off_curve";

type Form = (&'static str, &'static str, &'static [Family], &'static [&'static str]);

/// Name, an example, whose cryptos accept it, with which warnings.
#[rustfmt::skip]
const FORMS: [Form; 54] = [
    ("btc P2PKH", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", &[Btc], &[]),
    ("btc P2PKH of the first block", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", &[Btc], &[]),
    ("btc P2SH, ltc's old P2SH", "3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY", &[Btc, Ltc], &[SHARED]),
    ("btc P2WPKH", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", &[Btc], &[]),
    ("btc P2WPKH in capitals", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", &[Btc], &[]),
    ("btc P2WSH", "bc1qyucykdlhp62tezs0hagqury402qwhk589q80tqs5myh3rxq34nwqhkdhv7", &[Btc], &[]),
    ("btc P2TR", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", &[Btc], &[]),
    ("btc version 2", "bc1z2rksukkjr8", &[Btc], &[NO_RULES]),
    ("ltc P2PKH", "LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA", &[Ltc], &[]),
    ("ltc P2PKH that begins like bech32", "LTC1XXXXXXXXXXXXXXXXXXXXXXXXY6mFKb", &[Ltc], &[]),
    ("ltc P2SH", "MTf4tP1TCNBn8dNkyxeBVoPrFCcVzxJvvh", &[Ltc], &[]),
    ("ltc P2WPKH", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", &[Ltc], &[]),
    ("ltc P2WPKH in capitals", "LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9", &[Ltc], &[]),
    ("ltc P2WSH", "ltc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qmu8tk5", &[Ltc], &[]),
    ("ltc P2TR", "ltc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqpj6zg2", &[Ltc], &[]),
    ("EVM with checksum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", &[Evm], &[SHARED]),
    ("EVM in small letters", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", &[Evm], &[SHARED, NO_CHECKSUM]),
    ("EVM in capitals", "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED", &[Evm], &[SHARED, NO_CHECKSUM]),
    ("EVM of digits alone", "0x1234567890123456789012345678901234567890", &[Evm], &[SHARED, NO_CHECKSUM]),
    ("Solana wallet", "FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z", &[Sol], &[]),
    ("Solana program's account", "46GZzzetjCURsdFPb7rcnspbEMnCBXe9kpjrsZAkKb6X", &[Sol], &[OFF_CURVE]),
    ("Solana of the fewest characters", "11111111111111111111111111111112", &[Sol], &[OFF_CURVE]),
    ("btc P2PKH with a wrong character", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", &[], &[]),
    ("btc P2WPKH with a wrong character", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", &[], &[]),
    ("btc P2WPKH in mixed case", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4", &[], &[]),
    ("btc P2WPKH cut short", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t", &[], &[]),
    ("btc address after its scheme", "bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", &[], &[]),
    ("btc testnet P2PKH", "mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", &[], &[]),
    ("btc testnet P2SH", "2NC2hEhe28ULKAJkW5MjZ3jtTMJdvXmByvK", &[], &[]),
    ("btc testnet P2WSH", "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", &[], &[]),
    ("btc regtest P2WPKH", "bcrt1qdavt4j2sd7dlhqsavtnfxvzppw6k7qy97tmnu9", &[], &[]),
    ("ltc MWEB", "ltcmweb1qqfumuen7l8wthtz45p3ftn58pvrs9xlumvkuu2xet8egzkcklqtesqkxq3legs0d04knq32qd62uqlxct3mcujuvau7202avpxu4cuy7u5l7dx6j", &[], &[]),
    ("ltc testnet P2SH", "QXaUgLHkZcbJb2j5XgMYzY8cF9YM48Y81Z", &[], &[]),
    ("ltc testnet P2WPKH", "tltc1qw508d6qejxtdg4y5r3zarvary0c5xw7klfsuq0", &[], &[]),
    ("ltc regtest P2WPKH", "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3", &[], &[]),
    ("btc private key", "L5nJeqKmpHp4P7F8ZYyjwc5a7P4d8EabuGAzfGJk7yC1BJyzNaEd", &[], &[]),
    ("ltc private key", "T5MZ5z9WqJxzVxYyVPecTJUSDkzDWrUYe1JuSX2AqJ9jKmLJrvTE", &[], &[]),
    ("TRON", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", &[], &[]),
    ("dogecoin", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L", &[], &[]),
    ("EVM with a wrong capital", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", &[], &[]),
    ("EVM without 0x", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", &[], &[]),
    ("EVM after 0X", "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", &[], &[]),
    ("EVM of 39 digits", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae", &[], &[]),
    ("EVM of 41 digits", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0", &[], &[]),
    ("EVM's zero address", "0x0000000000000000000000000000000000000000", &[], &[]),
    ("EVM private key or transaction", "0x8f8943bf956de595665c38ffff23827e17c10cdc1c27a028caae6c9810626198", &[], &[]),
    ("ENS name", "alice.eth", &[], &[]),
    ("Solana's system program", "11111111111111111111111111111111", &[], &[]),
    ("Solana signature or key pair", "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW", &[], &[]),
    ("Solana of 31 bytes", "1111111111111111111111111111111", &[], &[]),
    ("Solana of 33 bytes", "111111111111111111111111111111111", &[], &[]),
    ("white space in front", " ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", &[], &[]),
    ("white space behind", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n", &[], &[]),
    ("nothing", "", &[], &[]),
];

fn family(crypto: &Crypto) -> Family {
    match crypto.as_str() {
        "btc" => Btc,
        "ltc" => Ltc,
        "sol" | "sol_usdt" | "sol_usdc" => Sol,
        _ => Evm,
    }
}

#[test]
fn each_form_is_accepted_by_its_own_cryptos_alone() {
    for (form, address, accepted_by, warnings) in FORMS {
        for crypto in Crypto::KNOWN {
            match check_address(crypto, address) {
                Ok(check) => {
                    assert!(accepted_by.contains(&family(crypto)), "{form} for {crypto}");
                    let names = check.warnings.iter().map(AddressWarning::as_str).collect::<Vec<_>>();
                    assert_eq!(names, warnings, "{form} for {crypto}");
                }
                Err(error) => {
                    assert!(!accepted_by.contains(&family(crypto)), "{form} for {crypto}: {error}");
                    assert_eq!(error.kind(), ErrorKind::Invalid, "{form} for {crypto}");
                }
            }
        }
    }
}

/// What comes of a form for each family; its cryptos agree, else the table couldn't show them in one column.
fn verdict(family_of_column: Family, address: &str) -> String {
    let mut verdicts =
        Crypto::KNOWN.iter().filter(|crypto| family(crypto) == family_of_column).map(|crypto| {
            match check_address(crypto, address) {
                Err(_) => String::from("refused"),
                Ok(check) if check.warnings.is_empty() => String::from("**accepted**"),
                Ok(check) => {
                    let names: Vec<_> = check.warnings.iter().map(AddressWarning::as_str).collect();
                    format!("**warned**: {}", names.join(", "))
                }
            }
        });
    let first = verdicts.next().unwrap();
    assert!(verdicts.all(|verdict| verdict == first), "{address} for {family_of_column:?}");
    first
}

#[test]
fn the_page_about_addresses_shows_this_table() {
    let columns = [Btc, Ltc, Evm, Sol];
    let cryptos = columns.map(|column| {
        let names = Crypto::KNOWN.iter().filter(|crypto| family(crypto) == column).map(Crypto::as_str);
        names.collect::<Vec<_>>().join(", ")
    });
    let mut table = format!("| form | example | {} |\n|---|---|---|---|---|---|\n", cryptos.join(" | "));
    for (form, address, ..) in FORMS {
        let cells = columns.map(|column| verdict(column, address)).join(" | ");
        let example =
            if address.is_empty() { String::new() } else { format!("`{}`", address.escape_debug()) };
        writeln!(table, "| {form} | {example} | {cells} |").unwrap();
    }
    must_be_documented(&table);
}

pub(super) fn must_be_documented(lines: &str) {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/addresses.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(lines), "docs/addresses.md should say:\n{lines}");
}

#[test]
fn the_spelling_of_its_network_is_accepted_and_stays() {
    for (form, address, accepted_by, _) in FORMS {
        for crypto in Crypto::KNOWN.iter().filter(|crypto| accepted_by.contains(&family(crypto))) {
            let canonical = check_address(crypto, address).unwrap().canonical;
            assert_eq!(
                check_address(crypto, &canonical).unwrap().canonical,
                canonical,
                "{form} for {crypto}"
            );
        }
    }
}

#[test]
fn one_address_has_one_spelling() {
    for (crypto, address, canonical) in [
        (
            Crypto::Btc,
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        ),
        (Crypto::Btc, "3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY", "3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY"),
        (Crypto::Ltc, "3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY", "MTf4tP1TCNBn8dNkyxeBVoPrFCcVzxJvvh"),
        (
            Crypto::Pol,
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        ),
    ] {
        assert_eq!(check_address(&crypto, address).unwrap().canonical, canonical);
    }
}
