//! What a rule about one trade is told.

use super::Settings;
use super::request::Request;
use super::trade::Millis;

/// One request of one participant.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) user: &'a str,
    pub(crate) request: &'a Request,
    pub(crate) now: Millis,
    pub(crate) settings: &'a Settings,
}
