//! Bitcoin's and litecoin's bech32 addresses: BIP-173 for witness version 0, BIP-350 for the later ones.

use bech32::primitives::decode::{CharError, SegwitHrpstringError, UncheckedHrpstringError};

use super::network::Network;
use super::{AddressCheck, AddressWarning};

const TAPROOT_BYTES: usize = 32;

/// Human-readable parts, whose they are, and how to call such an address.
const OWNERS: [(&str, Option<Network>, &str); 7] = [
    ("bc", Some(Network::Bitcoin), "a bitcoin address"),
    ("ltc", Some(Network::Litecoin), "a litecoin address"),
    ("ltcmweb", None, "a litecoin MWEB address (take one that begins with ltc1, L or M)"),
    ("tb", None, "an address of bitcoin's test network"),
    ("bcrt", None, "an address of a bitcoin test network"),
    ("tltc", None, "an address of litecoin's test network"),
    ("rltc", None, "an address of a litecoin test network"),
];

pub(super) fn decode(network: Network, address: &str) -> Result<AddressCheck, String> {
    let (prefix, version, program) = bech32::segwit::decode(address).map_err(|error| explain(&error.0))?;
    let lower = prefix.to_lowercase();
    if !OWNERS.iter().any(|(owned, owner, _)| *owned == lower && *owner == Some(network)) {
        return Err(format!("it begins with {lower}1"));
    }
    let canonical = bech32::segwit::encode(prefix, version, &program).map_err(|error| error.to_string())?;
    let has_rules = match version.to_u8() {
        0 => true,
        1 => program.len() == TAPROOT_BYTES,
        _ => false,
    };
    let warnings = if has_rules { Vec::new() } else { vec![AddressWarning::FutureVersion] };
    Ok(AddressCheck { canonical, warnings })
}

/// Whose address this begins like, however wrong the rest may be.
pub(super) fn owner(address: &str) -> Option<(Option<Network>, &'static str)> {
    let (prefix, _) = address.split_once('1')?;
    let (_, owner, name) = OWNERS.iter().find(|(owned, ..)| prefix.eq_ignore_ascii_case(owned))?;
    Some((*owner, name))
}

fn explain(error: &SegwitHrpstringError) -> String {
    use SegwitHrpstringError as Fault;
    match error {
        Fault::Unchecked(UncheckedHrpstringError::Char(CharError::MixedCase)) => {
            String::from("it mixes upper and lower case, which bech32 never does")
        }
        Fault::Unchecked(UncheckedHrpstringError::Char(CharError::InvalidChar(character))) => {
            format!("bech32 has no character {character:?}")
        }
        Fault::Checksum(_) => {
            String::from("its checksum doesn't fit, so at least one character is wrong, missing or too much")
        }
        Fault::InvalidWitnessVersion(_) => String::from("there is no such witness version"),
        _ => String::from("it has a wrong length"),
    }
}

#[cfg(test)]
mod tests {
    use bech32::primitives::decode::CheckedHrpstring;
    use bech32::{Bech32, Bech32m};

    use super::{AddressWarning, Network, decode};

    /// BIP-350's valid addresses of the main network, with the script that each one pays to.
    const VALID: [(&str, &str); 5] = [
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "0014751e76e8199196d454941c45d1b3a323f1433bd6"),
        (
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6",
        ),
        ("BC1SW50QGDZ25J", "6002751e"),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        ),
    ];

    /// The valid and the invalid addresses that BIP-173 and BIP-350 list and that are none of the main network,
    /// with the reason for the invalid ones. BIP-173's valid ones of version 1 and later fail since BIP-350.
    const INVALID: [(&str, &str); 31] = [
        ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k7grplx", "bech32, not bech32m"),
        ("BC1SW50QA3JX3S", "bech32, not bech32m"),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvg6kdaj", "bech32, not bech32m"),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "test network"),
        ("tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy", "test network"),
        ("tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c", "test network"),
        ("tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty", "human-readable part"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum"),
        ("BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2", "witness version"),
        ("bc1rw5uspcuh", "program length"),
        ("bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90", "program length"),
        ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "program length of version 0"),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7", "mixed case"),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du", "more than 4 bits of padding"),
        ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv", "padding that isn't zero"),
        ("bc1gmk9yu", "no data"),
        ("tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut", "human-readable part"),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "bech32, not bech32m"),
        ("tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf", "bech32, not bech32m"),
        ("BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", "bech32, not bech32m"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "bech32m, not bech32"),
        ("tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47", "bech32m, not bech32"),
        ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "character in the checksum"),
        ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "witness version"),
        ("bc1pw5dgrnzv", "program of 1 byte"),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
            "program of 41 bytes",
        ),
        ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "program length of version 0"),
        ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", "mixed case"),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", "more than 4 bits of padding"),
        ("tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j", "padding that isn't zero"),
        ("bc1gmk9yu", "no data"),
    ];

    /// Strings of both BIPs whose checksums are valid, though they are no addresses.
    const BECH32: [&str; 7] = [
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
        "?1ezyfcl",
    ];
    const BECH32M: [&str; 7] = [
        "A1LQFN3A",
        "a1lqfn3a",
        "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
        "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
        "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
        "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
        "?1v759aa",
    ];
    /// Strings of both BIPs that are neither.
    const NEITHER: [&str; 26] = [
        " 1nwldj5",
        "\u{7f}1axkwrx",
        "\u{80}1eym55h",
        "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "de1lg7wt\u{ff}",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        " 1xj0phk",
        "\u{7f}1g6xzxy",
        "\u{80}1vctc34",
        "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
        "qyrz8wqd2c9m",
        "1qyrz8wqd2c9m",
        "y1b0jsk6g",
        "lt1igcx5c0",
        "in1muywd",
        "mm1crxm3i",
        "au1s5cgom",
        "M1VUXWEZ",
        "16plkw9",
        "1p2gdwpf",
    ];

    /// The script that a witness program is paid by: version, length, program.
    fn script(address: &str) -> String {
        let (_, version, program) = bech32::segwit::decode(address).unwrap();
        let opcode = if version.to_u8() == 0 { 0 } else { 0x50 + version.to_u8() };
        let program_hex: String = program.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{opcode:02x}{:02x}{program_hex}", program.len())
    }

    #[test]
    fn valid_addresses_decode_to_their_scripts_and_are_written_again() {
        for (address, expected) in VALID {
            let check = decode(Network::Bitcoin, address).unwrap();
            assert_eq!(check.canonical, address.to_ascii_lowercase());
            assert_eq!(script(&check.canonical), expected, "{address}");
            assert!(decode(Network::Litecoin, address).is_err(), "{address}");
        }
    }

    #[test]
    fn invalid_addresses_and_those_of_test_networks_are_refused() {
        for (address, reason) in INVALID {
            assert!(decode(Network::Bitcoin, address).is_err(), "{address}: {reason}");
            assert!(decode(Network::Litecoin, address).is_err(), "{address}: {reason}");
        }
    }

    #[test]
    fn the_published_checksums() {
        for text in BECH32 {
            assert!(CheckedHrpstring::new::<Bech32>(text).is_ok(), "{text}");
            assert!(CheckedHrpstring::new::<Bech32m>(text).is_err(), "{text}");
        }
        for text in BECH32M {
            assert!(CheckedHrpstring::new::<Bech32m>(text).is_ok(), "{text}");
            assert!(CheckedHrpstring::new::<Bech32>(text).is_err(), "{text}");
        }
        for text in NEITHER {
            assert!(CheckedHrpstring::new::<Bech32>(text).is_err(), "{text}");
            assert!(CheckedHrpstring::new::<Bech32m>(text).is_err(), "{text}");
        }
        for text in BECH32.iter().chain(&BECH32M).chain(&NEITHER) {
            assert!(decode(Network::Bitcoin, text).is_err(), "{text}");
        }
    }

    #[test]
    fn versions_without_rules_are_warned_of() {
        for (address, is_odd) in [
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", false),
            ("bc1qyucykdlhp62tezs0hagqury402qwhk589q80tqs5myh3rxq34nwqhkdhv7", false),
            ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", false),
            ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", true),
            ("bc1pfeessrawgf", true),
            ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", true),
            ("BC1SW50QGDZ25J", true),
        ] {
            let warnings = decode(Network::Bitcoin, address).unwrap().warnings;
            assert_eq!(warnings == [AddressWarning::FutureVersion], is_odd, "{address}");
            assert_eq!(warnings.is_empty(), !is_odd, "{address}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (address, why) in [
            ("bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "mixes upper and lower case"),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3tb", "no character 'b'"),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum"),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t", "checksum"),
            ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", "no such witness version"),
            ("bc1pw5dgrnzv", "wrong length"),
            ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "begins with tb1"),
        ] {
            let said = decode(Network::Bitcoin, address).unwrap_err();
            assert!(said.contains(why), "{address}: {said}");
        }
    }
}
