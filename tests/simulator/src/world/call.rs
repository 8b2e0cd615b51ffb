//! What a rule about one trade is told.

use super::request::Request;
use super::settings::{ExpiryChecked, Settings};
use super::trade::Millis;

/// One request of one participant.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) user: &'a str,
    pub(crate) request: &'a Request,
    pub(crate) arrived: Millis,
    pub(crate) now: Millis,
    pub(crate) settings: &'a Settings,
}

impl Call<'_> {
    /// The moment that a challenge's expiry is compared with.
    pub(crate) fn expiry_moment(&self) -> Millis {
        match self.settings.expiry_checked {
            ExpiryChecked::Arrival => self.arrived,
            ExpiryChecked::Processing => self.now,
        }
    }
}
