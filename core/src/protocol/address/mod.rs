//! Addresses, checked before a request is spent: decoded for the network of the crypto, checksums included, and
//! written again. What decodes is accepted; what is odd about it is a warning.

mod base58check;
#[cfg(test)]
mod corruption;
mod evm;
#[cfg(test)]
mod forms;
mod network;
mod segwit;
mod solana;
mod warning;

use crate::error::Error;
use crate::model::Crypto;
use network::Network;
pub use warning::AddressWarning;

/// No form of address that is known here is longer; decoding base58 takes time that grows with the square.
const LONGEST: usize = 130;

/// An address that decoded for its crypto.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressCheck {
    /// The address as its network writes it: bech32 in lower case, hex with its checksum, litecoin's old `3…` as
    /// `M…`. Two addresses of one crypto are the same exactly if these are equal.
    pub canonical: String,
    /// What a person should look at before money goes there.
    pub warnings: Vec<AddressWarning>,
}

/// Checks an address for a crypto without sending anything; [`Client::request_claim`](crate::Client::request_claim)
/// does the same first. Fails with [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if the address doesn't decode
/// for the crypto's network: a wrong character or length, another network, a test network.
///
/// One wrong character is always noticed in bech32 and base58check, and at least 999 times in 1000 in mixed-case
/// hex. Solana's addresses have no checksum at all: there a warning is all that tells, and only half of the time.
///
/// ```
/// use autoplus::{Crypto, check_address};
///
/// let check = check_address(&Crypto::Ltc, "LTC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KGMN4N9")?;
/// assert_eq!(check.canonical, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9");
/// assert!(check.warnings.is_empty());
///
/// let error = check_address(&Crypto::Ltc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4").unwrap_err();
/// assert!(error.message().contains("this is a bitcoin address, the trade is in ltc"));
/// # Ok::<(), autoplus::Error>(())
/// ```
pub fn check_address(crypto: &Crypto, address: &str) -> Result<AddressCheck, Error> {
    let refused = |why: String| Error::invalid(format!("address: {why}; nothing was sent"));
    must_be_plain(address).map_err(refused)?;
    let Some(network) = Network::of(crypto) else {
        return Ok(AddressCheck { canonical: address.to_owned(), warnings: vec![AddressWarning::Unchecked] });
    };
    if address.len() > LONGEST {
        return Err(refused(format!("no {crypto} address has {} characters", address.len())));
    }
    if address.contains(':') {
        return Err(refused(String::from("give it alone, without what ends in \":\"")));
    }
    network.decode(address).map_err(|why| match network.foreign(address) {
        Some(what) => refused(format!("this is {what}, the trade is in {crypto}")),
        None => refused(format!("this is no {crypto} address: {why}")),
    })
}

/// Whether two spellings name one address. An unknown crypto may live on one more EVM network, whose hex means
/// the same in any case; its other addresses are compared character by character.
pub(crate) fn same_address(crypto: &Crypto, asked: &str, answered: &str) -> bool {
    let network = Network::of(crypto).unwrap_or(Network::Evm);
    let canonical = |address| network.decode(address).ok().map(|check| check.canonical);
    asked == answered || canonical(asked).is_some_and(|asked| canonical(answered) == Some(asked))
}

fn must_be_plain(address: &str) -> Result<(), String> {
    if address.is_empty() {
        return Err(String::from("it is empty"));
    }
    match address.chars().zip(1..).find(|(character, _)| !character.is_ascii_graphic()) {
        None => Ok(()),
        Some((character, position)) if character.is_whitespace() => {
            Err(format!("character {position} is white space; give the address alone"))
        }
        Some((character, position)) => {
            let code = u32::from(character);
            Err(format!(
                "character {position} is U+{code:04X}, no plain letter or digit, even if it looks like one"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressWarning, check_address, same_address};
    use crate::error::ErrorKind;
    use crate::model::Crypto;

    #[test]
    fn a_refusal_says_what_is_wrong_and_that_nothing_was_sent() {
        let ltc = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
        let btc = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
        let eth = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let (longest, long) = ("1".repeat(130), "1".repeat(131));
        for (crypto, address, why) in [
            (Crypto::Ltc, "", "it is empty"),
            (Crypto::Ltc, "ltc1qw508d6qejxtdg4y5r3 zarvary0c5xw7kgmn4n9", "character 24 is white space"),
            (Crypto::Ltc, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9\n", "character 44 is white space"),
            (Crypto::Btc, "bс1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "character 2 is U+0441"),
            (Crypto::Btc, "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "without what ends in"),
            (Crypto::Unknown("xmr".into()), "48daf1rG3hE1 xapcsxh6WXN", "character 13 is white space"),
            (Crypto::Sol, &longest, "it holds 130 bytes"),
            (Crypto::Sol, &long, "no sol address has 131 characters"),
            (Crypto::Ltc, btc, "this is a bitcoin address, the trade is in ltc"),
            (Crypto::Btc, ltc, "this is a litecoin address, the trade is in btc"),
            (
                Crypto::Btc,
                "FVen3X669xLzsi6N2V91DoiyzHzg1uAgqiT8jZ9nS96Z",
                "this is a solana address, the trade is in btc",
            ),
            (
                Crypto::Eth,
                "3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY",
                "this is a bitcoin address, the trade is in eth",
            ),
            (Crypto::Pol, "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "no pol address: its capitals"),
            (Crypto::Sol, eth, "this is an EVM address (eth, bnb, pol), the trade is in sol"),
            (Crypto::EthUsdt, "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "this is a TRON address"),
            (Crypto::Btc, "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "test network"),
            (Crypto::Btc, "mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ", "test network"),
            (Crypto::Btc, "5JuW2AMDYu4xVwRG9DZW18VbzQrGcd5RCgb99sS6ehJsNQXu5b9", "this is a private key"),
            (Crypto::Btc, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "no btc address: its checksum"),
            (Crypto::Btc, "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "mixes upper and lower case"),
            (Crypto::Eth, "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "it lacks 0x in front"),
        ] {
            let error = check_address(&crypto, address).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid);
            assert!(error.message().contains(why), "{address}: {error}, not {why}");
            assert!(error.message().ends_with("; nothing was sent"), "{error}");
        }
    }

    #[test]
    fn a_refusal_never_repeats_what_may_be_a_secret() {
        let key = "0x8f8943bf956de595665c38ffff23827e17c10cdc1c27a028caae6c9810626198";
        let error = check_address(&Crypto::Eth, key).unwrap_err();
        assert!(error.message().contains("private key") && !error.message().contains("8f89"), "{error}");
    }

    #[test]
    fn an_unknown_crypto_goes_to_the_server() {
        for address in ["48daf1rG3hE1Txapcsxh6WXN", "kas:made-up", &"1".repeat(131)] {
            let check = check_address(&Crypto::Unknown("xmr".into()), address).unwrap();
            assert_eq!(
                (check.canonical.as_str(), check.warnings),
                (address, vec![AddressWarning::Unchecked])
            );
        }
    }

    #[test]
    fn the_same_address_in_another_spelling() {
        let mixed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let lower = mixed.to_ascii_lowercase();
        let ltc = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
        let avax = Crypto::Unknown("avax".into());
        assert!(same_address(&Crypto::BnbUsdt, mixed, &lower));
        assert!(same_address(&avax, mixed, &lower));
        assert!(same_address(&Crypto::Ltc, ltc, &ltc.to_ascii_uppercase()));
        assert!(same_address(
            &Crypto::Ltc,
            "3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY",
            "MTf4tP1TCNBn8dNkyxeBVoPrFCcVzxJvvh"
        ));
        assert!(same_address(&avax, "made-up", "made-up"));
    }

    #[test]
    fn different_addresses() {
        let mixed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert!(!same_address(&Crypto::Eth, mixed, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"));
        assert!(!same_address(&Crypto::Sol, mixed, &mixed.to_ascii_lowercase()));
        assert!(!same_address(
            &Crypto::Btc,
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"
        ));
        assert!(!same_address(
            &Crypto::Btc,
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            "1BVBMSEYSTWETQTFN5AU4M4GFG7XJANVN2"
        ));
        assert!(!same_address(&Crypto::Unknown("xmr".into()), "made-up", "MADE-UP"));
    }
}
