//! What a person should look at before money goes to an address.

use std::fmt;

/// What is odd about an address that is accepted all the same. Its `Display` says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressWarning {
    /// Hex in one case: a wrong character can't be noticed.
    NoChecksum,
    /// The same characters are an address on other networks too.
    SeveralNetworks {
        /// Their names.
        networks: &'static [&'static str],
    },
    /// A Solana address off the curve, which no key can sign for: mostly a token account.
    OffCurve,
    /// A witness version that the network has no rules for yet: what is sent there is anyone's.
    FutureVersion,
    /// This version doesn't know the crypto: only the server checks the address.
    Unchecked,
}

impl AddressWarning {
    /// A stable name, as bindings and logs show it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NoChecksum => "no_checksum",
            Self::SeveralNetworks { .. } => "several_networks",
            Self::OffCurve => "off_curve",
            Self::FutureVersion => "future_version",
            Self::Unchecked => "unchecked",
        }
    }
}

impl fmt::Display for AddressWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoChecksum => f.write_str(
                "this spelling has no checksum, so a typo can't be noticed: compare every character, or take the mixed-case spelling",
            ),
            Self::SeveralNetworks { networks } => {
                let networks = networks.join(", ");
                write!(f, "this is an address on {networks} alike: make sure that its owner takes this crypto on this network")
            }
            Self::OffCurve => f.write_str(
                "no key can sign for this address, it belongs to a program and may be a token account: give the wallet's own address",
            ),
            Self::FutureVersion => {
                f.write_str("the network has no rules for this kind of address yet: anyone could take what is sent there")
            }
            Self::Unchecked => {
                f.write_str("this version doesn't know the crypto and can't check its addresses: compare every character")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AddressWarning;

    #[test]
    fn warnings_have_names_and_advice() {
        for (warning, name, advice) in [
            (AddressWarning::NoChecksum, "no_checksum", "compare every character"),
            (
                AddressWarning::SeveralNetworks { networks: &["one", "two"] },
                "several_networks",
                "on one, two alike",
            ),
            (AddressWarning::OffCurve, "off_curve", "the wallet's own address"),
            (AddressWarning::FutureVersion, "future_version", "anyone could take"),
            (AddressWarning::Unchecked, "unchecked", "compare every character"),
        ] {
            assert_eq!(warning.as_str(), name);
            assert!(warning.to_string().contains(advice), "{warning}");
        }
    }
}
