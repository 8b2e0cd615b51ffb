//! The assets and their networks: what a deposit needs, what things are made out to be worth.

/// The network that an asset lives on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Bitcoin,
    Litecoin,
    Evm,
    Solana,
}

/// One value of the page's `Crypto` type.
#[derive(Debug)]
pub(crate) struct Crypto {
    pub(crate) name: &'static str,
    pub(crate) network: Network,
    pub(crate) confirmations: i64,
    /// Virtual milliseconds between two confirmations.
    pub(crate) block_ms: i64,
    pub(crate) price_usd: f64,
    /// Network fee in the crypto, as the number token that the API writes.
    pub(crate) fee: &'static str,
    pub(crate) fee_usd: &'static str,
}

impl Crypto {
    /// Virtual milliseconds until a deposit has all its confirmations.
    pub(crate) fn confirmation_ms(&self) -> i64 {
        self.confirmations * self.block_ms
    }
}

const BTC: Crypto = Crypto {
    name: "btc",
    network: Network::Bitcoin,
    confirmations: 1,
    block_ms: 600_000,
    price_usd: 94_250.0,
    fee: "0.00002",
    fee_usd: "1.89",
};
const LTC: Crypto = Crypto {
    name: "ltc",
    network: Network::Litecoin,
    confirmations: 1,
    block_ms: 150_000,
    price_usd: 92.5,
    fee: "0.0001",
    fee_usd: "0.01",
};
const ETH: Crypto = Crypto {
    name: "eth",
    network: Network::Evm,
    confirmations: 10,
    block_ms: 12_000,
    price_usd: 3_120.0,
    fee: "0.00042",
    fee_usd: "1.31",
};
const BNB: Crypto = Crypto {
    name: "bnb",
    network: Network::Evm,
    confirmations: 30,
    block_ms: 750,
    price_usd: 640.0,
    fee: "0.00001",
    fee_usd: "0.01",
};
const POL: Crypto = Crypto {
    name: "pol",
    network: Network::Evm,
    confirmations: 50,
    block_ms: 2_000,
    price_usd: 0.42,
    fee: "0.002",
    fee_usd: "0.001",
};
const SOL: Crypto = Crypto {
    name: "sol",
    network: Network::Solana,
    confirmations: 30,
    block_ms: 400,
    price_usd: 145.0,
    fee: "0.000005",
    fee_usd: "0.001",
};

/// A dollar token on the network of `native`.
const fn dollar(name: &'static str, native: Crypto) -> Crypto {
    Crypto { name, price_usd: 1.0, fee: native.fee_usd, ..native }
}

/// Every crypto of the page, in its order.
pub(crate) static ALL: [Crypto; 15] = [
    LTC,
    SOL,
    ETH,
    BNB,
    BTC,
    POL,
    dollar("sol_usdt", SOL),
    dollar("sol_usdc", SOL),
    dollar("eth_usdt", ETH),
    dollar("eth_usdc", ETH),
    dollar("bnb_usdt", BNB),
    dollar("bnb_usdc", BNB),
    dollar("pol_usdt", POL),
    dollar("pol_usdc", POL),
    dollar("pol_usdce", POL),
];

/// The crypto of that name.
pub(crate) fn find(name: &str) -> Option<&'static Crypto> {
    ALL.iter().find(|crypto| crypto.name == name)
}

/// All names, for advice.
pub(crate) fn names() -> String {
    ALL.iter().map(|crypto| crypto.name).collect::<Vec<_>>().join(", ")
}
