//! Bitcoin's and litecoin's older addresses: base58 with a version byte and four bytes of checksum.

use super::{AddressCheck, AddressWarning};

const HASH_BYTES: usize = 20;
const WRONG_LENGTH: &str = "it has a wrong length";

const BITCOIN_KEY: u8 = 0x00;
/// Litecoin had the same number for scripts before it took its own, and still takes it.
const BITCOIN_SCRIPT: u8 = 0x05;
const LITECOIN_KEY: u8 = 0x30;
const LITECOIN_SCRIPT: u8 = 0x32;

const AMBIGUOUS: AddressWarning = AddressWarning::SeveralNetworks { networks: &["bitcoin", "litecoin"] };

pub(super) fn bitcoin(address: &str) -> Result<AddressCheck, String> {
    let (version, hash) = decode(address)?;
    match version {
        BITCOIN_KEY => Ok(check(version, &hash, vec![])),
        BITCOIN_SCRIPT => Ok(check(version, &hash, vec![AMBIGUOUS])),
        _ => Err(other_version(version)),
    }
}

pub(super) fn litecoin(address: &str) -> Result<AddressCheck, String> {
    let (version, hash) = decode(address)?;
    match version {
        LITECOIN_KEY | LITECOIN_SCRIPT => Ok(check(version, &hash, vec![])),
        BITCOIN_SCRIPT => Ok(check(LITECOIN_SCRIPT, &hash, vec![AMBIGUOUS])),
        _ => Err(other_version(version)),
    }
}

/// What a whole base58check text is, whoever it belongs to.
pub(super) fn owner(address: &str) -> Option<&'static str> {
    let payload = bs58::decode(address).with_check(None).into_vec().ok()?;
    let (version, rest) = payload.split_first()?;
    match (*version, rest.len()) {
        (BITCOIN_KEY | BITCOIN_SCRIPT, HASH_BYTES) => Some("a bitcoin address"),
        (LITECOIN_KEY | LITECOIN_SCRIPT, HASH_BYTES) => Some("a litecoin address"),
        (0x6f | 0xc4 | 0x3a, HASH_BYTES) => Some("an address of a test network"),
        (0x41, HASH_BYTES) => Some("a TRON address"),
        (0x1e | 0x16, HASH_BYTES) => Some("a dogecoin address"),
        (0x80 | 0xb0 | 0xef, 32 | 33) => Some("a private key (keep it to yourself)"),
        _ => None,
    }
}

fn decode(address: &str) -> Result<(u8, [u8; HASH_BYTES]), String> {
    let payload = bs58::decode(address).with_check(None).into_vec().map_err(|error| explain(&error))?;
    let (version, hash) = payload.split_first().ok_or(WRONG_LENGTH)?;
    let hash = <[u8; HASH_BYTES]>::try_from(hash).map_err(|_| WRONG_LENGTH)?;
    Ok((*version, hash))
}

/// What is wrong with a base58 text.
pub(super) fn explain(error: &bs58::decode::Error) -> String {
    use bs58::decode::Error as Fault;
    match error {
        Fault::InvalidCharacter { character, index } => {
            format!("base58 has no {character:?}, which is character {}", index + 1)
        }
        Fault::InvalidChecksum { .. } => {
            String::from("its checksum doesn't fit, so at least one character is wrong, missing or too much")
        }
        _ => String::from(WRONG_LENGTH),
    }
}

fn check(version: u8, hash: &[u8; HASH_BYTES], warnings: Vec<AddressWarning>) -> AddressCheck {
    let canonical = bs58::encode(hash).with_check_version(version).into_string();
    AddressCheck { canonical, warnings }
}

fn other_version(version: u8) -> String {
    format!("its version byte, 0x{version:02x}, is another network's")
}

#[cfg(test)]
mod tests {
    use super::{AMBIGUOUS, bitcoin, litecoin, owner};

    /// Published addresses with their version byte and the hash that they hold.
    const BITCOIN: [(&str, u8, &str); 18] = [
        ("1AGNa15ZQXAZUgFiqJ2i7Z2DPU2J6hW62i", 0x00, "65a16059864a2fdbc7c99a4723a8395bc6f188eb"),
        ("1Ax4gZtb7gAit2TivwejZHYtNNLT18PUXJ", 0x00, "6d23156cbbdcc82a5a47eee4c2c7c583c18b6bf4"),
        ("1C5bSj1iEGUgSTbziymG7Cn18ENQuT36vv", 0x00, "7987ccaa53d02c8873487ef919677cd3db7a6912"),
        ("1Gqk4Tv79P91Cc1STQtU3s1W6277M2CVWu", 0x00, "adc1cc2081a27206fae25792f28bbc55b831549d"),
        ("1JwMWBVLtiqtscbaRHai4pqHokhFCbtoB4", 0x00, "c4c1b72491ede1eedaca00618407ee0b772cad0d"),
        ("19dcawoKcZdQz365WpXWMhX6QCUpR9SY4r", 0x00, "5eadaf9bb7121f0f192561a5a62f5e5f54210292"),
        ("13p1ijLwsnrcuyqcTvJXkq2ASdXqcnEBLE", 0x00, "1ed467017f043e91ed4c44b4e8dd674db211c4e6"),
        ("3CMNFxN1oHBc4R1EpboAL5yzHGgE611Xou", 0x05, "74f209f6ea907e2ea48f74fae05782ae8a665257"),
        ("3QjYXhTkvuj8qPaXHTTWb5wjXhdsLAAWVy", 0x05, "fcc5460dd6e2487c7d75b1963625da0e8f4c5975"),
        ("3AnNxabYGoTxYiTEZwFEnerUoeFXK2Zoks", 0x05, "63bcc565f9e68ee0189dd5cc67f1b0e5f02f45cb"),
        ("33vt8ViH5jsr115AGkW6cEmEz9MpvJSwDk", 0x05, "188f91a931947eddd7432d6e614387e32b244709"),
        ("3QCzvfL4ZRvmJFiWWBVwxfdaNBT8EtxB5y", 0x05, "f6fe69bcb548a829cce4c57bf6fff8af3a5981f9"),
        ("37Sp6Rv3y4kVd1nQ1JV5pfqXccHNyZm1x3", 0x05, "3f210e7277c899c3a155cc1c90f4106cbddeec6e"),
        ("3ALJH9Y951VCGcVZYAdpA3KchoP9McEj1G", 0x05, "5ece0cadddc415b1980f001785947120acdb36fc"),
        ("1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo", 0x00, "a31c06bd463e3923bc1aadbde48b16976c080717"),
        ("1FjL87pn8ky6Vbavd1ZHeChRXtoxwRGCRd", 0x00, "a19331b7b2627e663e25a7b001e4c0dcc5e21bc7"),
        ("36j4NfKv6Akva9amjWrLG6MuSQym1GuEmm", 0x05, "373b819a068f32b7a6b38b6b38729647cfde01c2"),
        ("3BZECeAH8gSKkjrTx8PwMrNQBLG18yHpvf", 0x05, "6c382dcdf5b284760c8e3fead91f7422cd76aa87"),
    ];
    const LITECOIN: [(&str, u8, &str); 8] = [
        ("LgUPnP2UZxmFBJb8FDgNd5JcU9b7CNfrw1", 0x30, "e915c49f55d8de0b6041de19c9fa2f21820b2012"),
        ("MNYP3h6XQQcVBohyVrxAtRGhbyvPpXzyFR", 0x32, "a09bd94f4b099d721ddc95bc8ed928aef40833ce"),
        ("MU2UAbDxiiirZuGTZ6nSaFajsXFkLHozcU", 0x32, "dcc465d5dd517c24c4dc95d7a338fca76d753ddb"),
        ("LT2KVaAy1ppRuxRgrS5RNU3vBsy7RibPeA", 0x30, "558dbca7118cd5894502767c7b2ffc21a22f54db"),
        ("LbfVMz974gbbGFqXF7FZUpSBWSbwBHDwR5", 0x30, "b4565f467408e9e1c1d2a3b0ccdeff84db3a3b93"),
        ("MHrYRxAiMNBTku3eoDHwhA1LQGDjUStZW2", 0x32, "6d328a5b2a20d943a641c8d29b6cc3c2d2df85d3"),
        ("M9dw1FAoWpHC6PcMzoCHhqQ9McvTyG5Ywj", 0x32, "130ef8742ad7492b389509252c6721775fb11273"),
        ("MWGEAUUZoN4r6puz8KsgnE9wNTQ8fGWCEy", 0x32, "f54ec8d7b0c3f8ab8194db3432d19f8d44d03b12"),
    ];

    /// Whole base58check texts that are no address of the main networks, and what they are.
    const OTHERS: [(&str, &str); 11] = [
        ("mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", "an address of a test network"),
        ("2NC2hEhe28ULKAJkW5MjZ3jtTMJdvXmByvK", "an address of a test network"),
        ("QXaUgLHkZcbJb2j5XgMYzY8cF9YM48Y81Z", "an address of a test network"),
        ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "a TRON address"),
        ("DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L", "a dogecoin address"),
        ("5JuW2AMDYu4xVwRG9DZW18VbzQrGcd5RCgb99sS6ehJsNQXu5b9", "a private key (keep it to yourself)"),
        ("L5nJeqKmpHp4P7F8ZYyjwc5a7P4d8EabuGAzfGJk7yC1BJyzNaEd", "a private key (keep it to yourself)"),
        ("6vqpCruyRS9bEY6ZVrL8S9EL5h2MnQZffzzqrpNP9i8YozvXTKs", "a private key (keep it to yourself)"),
        ("T5MZ5z9WqJxzVxYyVPecTJUSDkzDWrUYe1JuSX2AqJ9jKmLJrvTE", "a private key (keep it to yourself)"),
        ("92ZdE5HoLafywnTBbzPxbvRmp75pSfzvdU3XaZGh1cToipgdHVh", "a private key (keep it to yourself)"),
        ("cV83kKisF3RQSvXbUCm9ox3kaz5JjEUBWcx8tNydfGJcyeUxuH47", "a private key (keep it to yourself)"),
    ];

    /// Published as invalid: wrong lengths, wrong checksums, wrong versions.
    const INVALID: [&str; 15] = [
        "",
        "x",
        "3QJmnh",
        "1GAdfviErV2Ew95FPtZyikz2qGP3gyCB6Hyu94sedAkPpA523m3fQwps9YKUZkKgQckGPKhRsFR",
        "37G2kMDLpmWVhimxRdzwNfE8JFvWXnJYnVcXeeGrek2qumdJuK7XArcVVpRtLLjRra3t64BEPF2",
        "giymtio7u7oqWtmC9YnvAEKkLF3JQpAdkEFkVJKYrVDfaLbhaDpX1ihfF2vZmya1i61fwLPC3YQ",
        "8iVk9nLM3nYwRuwypjy9NK5rsuZH7BbrQRZ1pgcQmvMnjAgRXD",
        "2UVPFpGYnLHJezFzjUo42our6PMEoozzRdM",
        "2MygHQjE1U33q3LSC53p69YqFjP8PihumJAF",
        "KzNbAQ4mexfAxa6RKBzHQqfoTycaeWpv2p",
        "2jDPrDfAKihCGPbPD9ztY8TswAia4V8Bc6vx",
        "39TKsUQ5QpEL1wowc6GMUqak94ijirPuP69ooV3xsFmiKQX2dau",
        "AZEah8d1EK362okRBS66e8SvdtYkrE8tsX",
        "gep8xr77FyPW6zYP15RiV9W8nL6w2HyHB16cUDakfyDceMA6ZzUdhJjk2LPuLYHnLkBqkRTTi6z",
        "KNYsv6v9GtkGeD4WdQnBEJCrPKQm91PTxAbCfXr66LEd4JDmhPWC",
    ];

    fn written(version: u8, hash: &str) -> String {
        let bytes: Vec<u8> =
            (0..hash.len()).step_by(2).map(|at| u8::from_str_radix(&hash[at..at + 2], 16).unwrap()).collect();
        bs58::encode(bytes).with_check_version(version).into_string()
    }

    #[test]
    fn published_bitcoin_addresses() {
        for (address, version, hash) in BITCOIN {
            assert_eq!(written(version, hash), address);
            let check = bitcoin(address).unwrap();
            assert_eq!(check.canonical, address);
            assert_eq!(check.warnings.contains(&AMBIGUOUS), version == 0x05, "{address}");
            assert_eq!(owner(address), Some("a bitcoin address"));
        }
    }

    #[test]
    fn published_litecoin_addresses() {
        for (address, version, hash) in LITECOIN {
            assert_eq!(written(version, hash), address);
            let check = litecoin(address).unwrap();
            assert_eq!((check.canonical.as_str(), check.warnings.is_empty()), (address, true));
            assert!(bitcoin(address).unwrap_err().contains(&format!("0x{version:02x}")));
            assert_eq!(owner(address), Some("a litecoin address"));
        }
    }

    #[test]
    fn bitcoins_form_of_a_litecoin_script_is_accepted_with_a_warning() {
        for (address, version, hash) in BITCOIN {
            match version {
                0x05 => {
                    let check = litecoin(address).unwrap();
                    assert_eq!((check.canonical, check.warnings), (written(0x32, hash), vec![AMBIGUOUS]));
                }
                _ => assert!(litecoin(address).unwrap_err().contains("0x00")),
            }
        }
    }

    #[test]
    fn other_networks_and_private_keys_are_told_apart() {
        for (text, what) in OTHERS {
            assert_eq!(owner(text), Some(what), "{text}");
            assert!(bitcoin(text).is_err() && litecoin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn invalid_texts_are_refused() {
        for text in INVALID {
            assert_eq!(owner(text), None, "{text}");
            assert!(bitcoin(text).is_err() && litecoin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, why) in [
            ("1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2m0", "no '0', which is character 34"),
            ("1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mp", "checksum"),
            ("1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2m", "checksum"),
            ("KzNbAQ4mexfAxa6RKBzHQqfoTycaeWpv2p", "version byte"),
            ("5JuW2AMDYu4xVwRG9DZW18VbzQrGcd5RCgb99sS6ehJsNQXu5b9", "wrong length"),
            ("x", "wrong length"),
            // The checksum of nothing, and nothing.
            ("3QJmnh", "wrong length"),
        ] {
            let said = bitcoin(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }
}
