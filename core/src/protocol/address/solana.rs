//! Solana's addresses: 32 bytes in base58, without a checksum.

use curve25519_dalek::edwards::CompressedEdwardsY;

use super::base58check::explain;
use super::{AddressCheck, AddressWarning};

const KEY_BYTES: usize = 32;

pub(super) fn decode(address: &str) -> Result<AddressCheck, String> {
    let bytes = bs58::decode(address).into_vec().map_err(|error| explain(&error))?;
    let count = bytes.len();
    let key = <[u8; KEY_BYTES]>::try_from(bytes).map_err(|_| {
        format!("it holds {count} bytes, not {KEY_BYTES}: a character is wrong, missing or too much")
    })?;
    if key == [0; KEY_BYTES] {
        return Err(String::from("it is the system program, from which nothing comes back"));
    }
    let canonical = bs58::encode(key).into_string();
    let is_key = CompressedEdwardsY(key).decompress().is_some();
    let warnings = if is_key { Vec::new() } else { vec![AddressWarning::OffCurve] };
    Ok(AddressCheck { canonical, warnings })
}

#[cfg(test)]
mod tests {
    use super::{AddressWarning, decode};

    #[test]
    fn keys_are_accepted() {
        for address in [
            // The first public key of RFC 8032.
            "FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z",
            "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        ] {
            let check = decode(address).unwrap();
            assert_eq!((check.canonical.as_str(), check.warnings.as_slice()), (address, [].as_slice()));
        }
    }

    #[test]
    fn the_system_program_is_refused() {
        assert!(decode("11111111111111111111111111111111").unwrap_err().contains("nothing comes back"));
    }

    /// The second is what the system program and the seed `helloWorld` give, as Solana's documentation shows it.
    #[test]
    fn addresses_off_the_curve_are_warned_of() {
        for address in
            ["4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T", "46GZzzetjCURsdFPb7rcnspbEMnCBXe9kpjrsZAkKb6X"]
        {
            let check = decode(address).unwrap();
            assert_eq!((check.canonical.as_str(), check.warnings), (address, vec![AddressWarning::OffCurve]));
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (address, why) in [
            ("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4O", "no 'O', which is character 44"),
            ("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB", "31 bytes, not 32"),
            ("111111111111111111111111111111111", "33 bytes, not 32"),
            (
                "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW",
                "64 bytes",
            ),
        ] {
            let said = decode(address).unwrap_err();
            assert!(said.contains(why), "{address}: {said}");
        }
    }
}
