//! Checking an address without sending anything.

use autoplus::{AddressCheck, AddressWarning, Crypto};

use crate::failure::BridgeError;

/// The core's `AddressCheck`.
#[derive(Debug, Clone, uniffi::Record)]
pub struct AddressCheckParts {
    /// The address as its network writes it.
    pub canonical: String,
    /// What is odd about it.
    pub warnings: Vec<AddressWarningParts>,
}

/// The core's `AddressWarning`.
#[derive(Debug, Clone, uniffi::Record)]
pub struct AddressWarningParts {
    /// Its stable name.
    pub kind: String,
    /// What to do.
    pub text: String,
    /// Other networks that the address is one of.
    pub networks: Vec<String>,
}

/// What a crypto's network makes of an address.
#[uniffi::export]
pub fn check_address(crypto: String, address: String) -> Result<AddressCheckParts, BridgeError> {
    let AddressCheck { canonical, warnings, .. } =
        autoplus::check_address(&Crypto::from(crypto.as_str()), &address)?;
    Ok(AddressCheckParts { canonical, warnings: warnings.iter().map(AddressWarningParts::from).collect() })
}

impl From<&AddressWarning> for AddressWarningParts {
    fn from(warning: &AddressWarning) -> Self {
        let networks = match warning {
            AddressWarning::SeveralNetworks { networks } => {
                networks.iter().copied().map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Self { kind: warning.as_str().to_owned(), text: warning.to_string(), networks }
    }
}
