//! Addresses with real encodings: made for escrow, checked for claims.

use bech32::{Hrp, hrp, segwit};
use fastrand::Rng;
use sha3::{Digest, Keccak256};

use crate::crypto::Network;

/// A made-up address that decodes on `network`.
pub(crate) fn make(network: Network, dice: &mut Rng) -> String {
    let program: [u8; 32] = std::array::from_fn(|_| dice.u8(..));
    match network {
        Network::Bitcoin => segwit_v0(hrp::BC, &program[..20]),
        Network::Litecoin => segwit_v0(Hrp::parse_unchecked("ltc"), &program[..20]),
        Network::Evm => eip55(&hex(&program[..20])),
        Network::Solana => bs58::encode(program).into_string(),
    }
}

/// Whether `address` decodes for `network`, checksums included.
pub(crate) fn is_valid(network: Network, address: &str) -> bool {
    match network {
        Network::Bitcoin => is_segwit(address, "bc") || is_base58check(address, &[0x00, 0x05]),
        Network::Litecoin => is_segwit(address, "ltc") || is_base58check(address, &[0x30, 0x32, 0x05]),
        Network::Evm => is_evm(address),
        Network::Solana => bs58::decode(address).into_vec().is_ok_and(|key| key.len() == 32),
    }
}

/// A made-up transaction id in the network's form.
pub(crate) fn make_txid(network: Network, dice: &mut Rng) -> String {
    let bytes: [u8; 64] = std::array::from_fn(|_| dice.u8(..));
    match network {
        Network::Bitcoin | Network::Litecoin => hex(&bytes[..32]),
        Network::Evm => format!("0x{}", hex(&bytes[..32])),
        Network::Solana => bs58::encode(bytes).into_string(),
    }
}

fn segwit_v0(hrp: Hrp, program: &[u8]) -> String {
    segwit::encode_v0(hrp, program).unwrap_or_default()
}

fn is_segwit(address: &str, prefix: &str) -> bool {
    segwit::decode(address).is_ok_and(|(hrp, _, _)| hrp.to_lowercase() == prefix)
}

fn is_base58check(address: &str, versions: &[u8]) -> bool {
    let payload = bs58::decode(address).with_check(None).into_vec();
    payload.is_ok_and(|payload| payload.len() == 21 && versions.contains(&payload[0]))
}

fn is_evm(address: &str) -> bool {
    let Some(digits) = address.strip_prefix("0x") else { return false };
    let one_case = !digits.contains(|c: char| c.is_ascii_uppercase())
        || !digits.contains(|c: char| c.is_ascii_lowercase());
    digits.len() == 40
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        && (one_case || address == eip55(&digits.to_ascii_lowercase()))
}

fn eip55(lower_digits: &str) -> String {
    let hash = hex(&Keccak256::digest(lower_digits));
    let cased = lower_digits.chars().zip(hash.chars()).map(|(digit, nibble)| match nibble {
        '8'..='f' => digit.to_ascii_uppercase(),
        _ => digit,
    });
    format!("0x{}", cased.collect::<String>())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_valid, make};
    use crate::crypto::Network;

    const NETWORKS: [Network; 4] = [Network::Bitcoin, Network::Litecoin, Network::Evm, Network::Solana];

    #[test]
    fn made_addresses_are_valid_on_their_network_alone() {
        let mut dice = fastrand::Rng::with_seed(1);
        for made_for in NETWORKS {
            let address = make(made_for, &mut dice);
            for network in NETWORKS {
                assert_eq!(is_valid(network, &address), network == made_for, "{address} on {network:?}");
            }
        }
    }

    #[test]
    fn known_addresses() {
        for (network, address) in [
            (Network::Bitcoin, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
            (Network::Bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
            (Network::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
            (Network::Evm, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            (Network::Evm, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
            (Network::Solana, "11111111111111111111111111111111"),
        ] {
            assert!(is_valid(network, address), "{address}");
        }
    }

    #[test]
    fn one_wrong_character_is_refused() {
        for (network, address) in [
            (Network::Bitcoin, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"),
            (Network::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
            (Network::Evm, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"),
            (Network::Evm, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae"),
            (Network::Solana, "1111111111111111111111111111111"),
            (Network::Litecoin, ""),
        ] {
            assert!(!is_valid(network, address), "{address}");
        }
    }
}
