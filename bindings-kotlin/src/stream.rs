//! The events of one trade, one by one.

use autoplus::{EventStream, StreamEnd};

use crate::failure::BridgeError;
use crate::models::EventParts;

/// A stream of events.
#[derive(uniffi::Object)]
pub struct NativeStream(pub(crate) EventStream);

/// How a stream ended.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum EndParts {
    /// The trade closed.
    Closed {
        /// How, as far as the events told.
        outcome: String,
    },
    /// The server no longer has the trade.
    NoLongerAvailable,
}

#[uniffi::export]
impl NativeStream {
    /// The next event; none once the stream ended or was closed.
    pub async fn next(&self) -> Result<Option<EventParts>, BridgeError> {
        Ok(self.0.next().await?.as_ref().map(EventParts::from))
    }

    /// How it ended, once all its events were handed out.
    pub fn end(&self) -> Option<EndParts> {
        Some(match self.0.end()? {
            StreamEnd::Closed(outcome) => EndParts::Closed { outcome: outcome.to_string() },
            StreamEnd::NoLongerAvailable => EndParts::NoLongerAvailable,
        })
    }

    /// Ends the stream and its poll.
    pub fn stop(&self) {
        self.0.close();
    }
}
