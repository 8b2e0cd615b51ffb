//! Waiting for something to become true of a trade.

use std::time::Duration;

use super::{Client, EventStream, EventsOptions};
use crate::error::{Error, ErrorKind};
use crate::model::Trade;
use crate::protocol::cursor::StreamEnd;

impl Client {
    /// Follows a trade until `condition` holds for it, and gives it as it stood then. No state between is left out. For
    /// scripts: it remembers nothing, and what it waited for may be over by the time it returns.
    ///
    /// Fails with [`ErrorKind::Timeout`] when `timeout` is up (none: it waits for as long as it takes), and with
    /// [`ErrorKind::Conflict`] when the trade ended without it.
    pub async fn wait_for(
        &self,
        trade_id: &str,
        condition: impl Fn(&Trade) -> bool,
        timeout: Option<Duration>,
    ) -> Result<Trade, Error> {
        let stream = self.events(trade_id, EventsOptions::default())?;
        let wait = async {
            while let Some(event) = stream.next().await? {
                if condition(event.trade()) {
                    return Ok(event.trade().clone());
                }
            }
            Err(stream.ended_without())
        };
        let Some(timeout) = timeout else { return wait.await };
        // The timer runs on the background thread, so that this can be awaited on any executor.
        let timer = self.spawn_unchecked(async move {
            tokio::time::sleep(timeout).await;
            Ok(())
        })?;
        tokio::pin!(wait);
        tokio::select! {
            biased;
            found = &mut wait => found,
            _ = timer => Err(stream.too_late(timeout)),
        }
    }
}

impl EventStream {
    /// Why waiting for something ended with the stream.
    #[doc(hidden)]
    pub fn ended_without(&self) -> Error {
        let how = match self.end() {
            Some(StreamEnd::Closed(outcome)) => format!("closed ({outcome})"),
            Some(StreamEnd::NoLongerAvailable) => String::from("is no longer available"),
            None => return Error::new(ErrorKind::Closed, "the stream was closed while it was waited for"),
        };
        let message = format!("trade {} {how} before that came true", self.trade_id());
        Error::new(ErrorKind::Conflict, message)
    }

    /// Why waiting for something ended before the stream.
    #[doc(hidden)]
    pub fn too_late(&self, timeout: Duration) -> Error {
        let now = self.last_known().map_or_else(
            || String::from("and no snapshot came"),
            |trade| format!("and it is at {}", trade.status()),
        );
        let message = format!(
            "trade {}: that didn't come true within {} s, {now}",
            self.trade_id(),
            timeout.as_secs_f64()
        );
        Error::new(ErrorKind::Timeout, message)
    }
}
