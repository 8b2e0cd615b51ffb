//! Addresses to claim to, each a new one: so a transfer tells which claim it came from.

use autoplus::Crypto;
use bech32::{Hrp, segwit};

use crate::dice::Dice;

/// A fresh address of one's own.
pub(crate) fn own(crypto: &Crypto, dice: &mut Dice) -> String {
    let mut bytes = [0_u8; 32];
    dice.fill(&mut bytes);
    let name = crypto.as_str();
    let segwit = |prefix| segwit::encode_v0(Hrp::parse_unchecked(prefix), &bytes[..20]).unwrap_or_default();
    match name {
        "btc" => segwit("bc"),
        "ltc" => segwit("ltc"),
        _ if name.starts_with("sol") => bs58::encode(bytes).into_string(),
        _ => bytes[..20].iter().fold(String::from("0x"), |hex, byte| format!("{hex}{byte:02x}")),
    }
}

/// An address that no claim in this crypto may go to.
pub(crate) fn foreign(crypto: &Crypto, dice: &mut Dice) -> String {
    match (crypto.as_str(), dice.percent(50)) {
        ("btc", _) => own(&Crypto::Ltc, dice),
        (_, true) => own(&Crypto::Btc, dice),
        (_, false) => format!("{}x", own(crypto, dice)),
    }
}
