//! Addresses of the EVM networks: hex whose letters' case may be a checksum (EIP-55).

use sha3::{Digest, Keccak256};

use super::{AddressCheck, AddressWarning};

const DIGITS: usize = 40;
/// As many as a private key or a transaction id has.
const SECRET_DIGITS: usize = 64;

const AMBIGUOUS: AddressWarning =
    AddressWarning::SeveralNetworks { networks: &["ethereum", "bnb smart chain", "polygon"] };

pub(super) fn decode(address: &str) -> Result<AddressCheck, String> {
    let digits = digits(address)?;
    if digits.bytes().all(|digit| digit == b'0') {
        return Err(String::from("it is the zero address, from which nothing comes back"));
    }
    let canonical = checksummed(&digits.to_ascii_lowercase());
    let lower = digits.contains(|digit: char| digit.is_ascii_lowercase());
    let upper = digits.contains(|digit: char| digit.is_ascii_uppercase());
    let fits = address == canonical;
    if lower && upper && !fits {
        return Err(String::from(
            "its capitals are its checksum, which doesn't fit, so at least one character is wrong",
        ));
    }
    let mut warnings = vec![AMBIGUOUS];
    // Digits alone fit without proving anything.
    if !fits || !(lower || upper) {
        warnings.push(AddressWarning::NoChecksum);
    }
    Ok(AddressCheck { canonical, warnings })
}

/// Whether this looks like an address of an EVM network, whatever its checksum says.
pub(super) fn is_shaped(address: &str) -> bool {
    digits(address).is_ok()
}

fn digits(address: &str) -> Result<&str, String> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let Some(digits) = address.strip_prefix("0x") else {
        let bare = address.strip_prefix("0X").unwrap_or(address);
        let lacks_prefix = bare.len() == DIGITS && is_hex(bare);
        return Err(String::from(if lacks_prefix {
            "it lacks 0x in front"
        } else {
            "it doesn't begin with 0x"
        }));
    };
    match digits.len() {
        _ if !is_hex(digits) => Err(String::from("only 0 to 9 and a to f may follow 0x")),
        DIGITS => Ok(digits),
        SECRET_DIGITS => Err(String::from(
            "64 digits are a transaction's id or a private key (keep that to yourself), an address has 40",
        )),
        count => Err(format!("it has {count} digits after 0x, not 40")),
    }
}

fn checksummed(lower_digits: &str) -> String {
    let hash = Keccak256::digest(lower_digits);
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    let cased = lower_digits.chars().zip(nibbles);
    let digits = cased.map(|(digit, nibble)| if nibble >= 8 { digit.to_ascii_uppercase() } else { digit });
    format!("0x{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{AMBIGUOUS, AddressWarning, decode, is_shaped};

    /// EIP-55's own examples: two whose letters all come out large, two small, four mixed.
    const EIP_55: [&str; 8] = [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ];

    #[test]
    fn the_published_checksums_fit() {
        for address in EIP_55 {
            let check = decode(address).unwrap();
            assert_eq!((check.canonical.as_str(), check.warnings), (address, vec![AMBIGUOUS]));
        }
    }

    #[test]
    fn one_case_is_accepted_with_a_warning_and_gets_its_checksum() {
        let warned = vec![AMBIGUOUS, AddressWarning::NoChecksum];
        for address in &EIP_55[4..] {
            for spelling in [address.to_ascii_lowercase(), address.to_ascii_uppercase().replace("0X", "0x")] {
                let check = decode(&spelling).unwrap();
                assert_eq!((check.canonical.as_str(), &check.warnings), (*address, &warned));
            }
        }
        assert!(
            decode("0x0000000000000000000000000000000000000000").unwrap_err().contains("nothing comes back")
        );
    }

    #[test]
    fn each_capital_counts() {
        for address in &EIP_55[4..] {
            for (position, letter) in
                address.char_indices().skip(2).filter(|(_, letter)| letter.is_ascii_alphabetic())
            {
                let flipped = if letter.is_ascii_lowercase() {
                    letter.to_ascii_uppercase()
                } else {
                    letter.to_ascii_lowercase()
                };
                let wrong = format!("{}{flipped}{}", &address[..position], &address[position + 1..]);
                assert!(decode(&wrong).unwrap_err().contains("checksum"), "{wrong}");
                assert!(is_shaped(&wrong));
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let hex = |count: usize| format!("0x{}", "a1".repeat(40).split_at(count).0);
        for (address, why) in [
            ("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "lacks 0x"),
            ("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "lacks 0x"),
            ("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "doesn't begin with 0x"),
            ("gaAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "doesn't begin with 0x"),
            ("0xgaAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "only 0 to 9 and a to f"),
            (&hex(39), "39 digits"),
            (&hex(41), "41 digits"),
            (&hex(64), "private key"),
            ("0x", "0 digits"),
        ] {
            let said = decode(address).unwrap_err();
            assert!(said.contains(why), "{address}: {said}");
            assert!(!is_shaped(address));
        }
    }
}
