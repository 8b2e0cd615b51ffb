//! What everybody may read; no token is sent.

use super::Client;
use crate::error::Error;
use crate::model::{Server, Stats, Transaction};
use crate::protocol::request;

impl Client {
    /// The Discord servers that AutoPlus is in.
    pub async fn servers(&self) -> Result<Vec<Server>, Error> {
        self.read(request::servers()).await
    }

    /// Global statistics.
    pub async fn stats(&self) -> Result<Stats, Error> {
        self.read(request::stats()).await
    }

    /// The ten most recent public transactions.
    pub async fn transactions(&self) -> Result<Vec<Transaction>, Error> {
        self.read(request::transactions()).await
    }
}
