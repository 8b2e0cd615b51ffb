//! Which network a crypto lives on, which forms of address it has, and whose address another one is.

use super::{AddressCheck, base58check, evm, segwit, solana};
use crate::model::Crypto;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    Bitcoin,
    Litecoin,
    /// Ethereum, BNB Smart Chain and Polygon: one form of address for all.
    Evm,
    Solana,
}

impl Network {
    pub(super) fn of(crypto: &Crypto) -> Option<Self> {
        Some(match crypto {
            Crypto::Btc => Self::Bitcoin,
            Crypto::Ltc => Self::Litecoin,
            Crypto::Eth | Crypto::EthUsdt | Crypto::EthUsdc => Self::Evm,
            Crypto::Bnb | Crypto::BnbUsdt | Crypto::BnbUsdc => Self::Evm,
            Crypto::Pol | Crypto::PolUsdt | Crypto::PolUsdc | Crypto::PolUsdce => Self::Evm,
            Crypto::Sol | Crypto::SolUsdt | Crypto::SolUsdc => Self::Solana,
            Crypto::Unknown(_) => return None,
        })
    }

    /// Decodes an address of this network, else says what is wrong with it.
    pub(super) fn decode(self, address: &str) -> Result<AddressCheck, String> {
        let base58check = match self {
            Self::Bitcoin => base58check::bitcoin,
            Self::Litecoin => base58check::litecoin,
            Self::Evm => return evm::decode(address),
            Self::Solana => return solana::decode(address),
        };
        // A base58 address may begin like a bech32 one, so both are tried.
        segwit::decode(self, address).or_else(|segwit_says| {
            base58check(address).map_err(|base58_says| match segwit::owner(address) {
                Some(_) => segwit_says,
                None => base58_says,
            })
        })
    }

    /// What an address that isn't one of this network is instead.
    pub(super) fn foreign(self, address: &str) -> Option<&'static str> {
        let of_another = |(owner, name)| (owner != Some(self)).then_some(name);
        segwit::owner(address)
            .and_then(of_another)
            .or_else(|| base58check::owner(address))
            .or_else(|| {
                (self != Self::Evm && evm::is_shaped(address)).then_some("an EVM address (eth, bnb, pol)")
            })
            .or_else(|| solana::decode(address).is_ok().then_some("a solana address"))
    }
}
