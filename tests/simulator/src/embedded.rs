//! The same AutoPlus without sockets and threads, on the clock of the runtime that asks it. With tokio's clock paused
//! all waiting is free, and with a seed and a start time a whole run is the same every time.

use std::sync::Arc;

use serde_json::Value;
use tokio::time::sleep;

use crate::respond::{Outgoing, Pace, respond};
use crate::shared::Shared;
use crate::world::World;
use crate::world::request::Request;
use crate::{Config, parsed, started_at};

/// An AutoPlus that is asked directly. Cheap to clone; clones share one world.
#[derive(Debug, Clone)]
pub struct Embedded {
    shared: Arc<Shared>,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Usually JSON.
    pub body: Vec<u8>,
}

/// The connection broke before the answer was whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

impl Embedded {
    /// A world that begins now; make it within the runtime whose clock it is to follow. `host` and `port` have no
    /// meaning here. Spawn [`Embedded::keep_time`] too.
    pub fn new(config: &Config) -> Embedded {
        let world = World::new("embedded:/v1".into(), config.seed, started_at(config));
        Embedded { shared: Arc::new(Shared::new(world)) }
    }

    /// Sends one request, by a path below the base URL, with its query, and headers in lower case. Dropping the
    /// future hangs up.
    ///
    /// # Errors
    /// A planned fault broke the connection; the request may have been done.
    pub async fn carry(
        &self,
        method: &str,
        path: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Result<Reply, Lost> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
        let request = Request { method, path, query, headers: headers.into_iter().collect(), body };
        let Outgoing { status, headers, body, pace } = respond(&self.shared, request).await.ok_or(Lost)?;
        match pace {
            Pace::Whole => {}
            Pace::Cut => return Err(Lost),
            Pace::Slow(time) => sleep(time).await,
        }
        Ok(Reply { status, headers, body: body.into_bytes() })
    }

    /// Runs a control command, `{"do": VERB, …}`; docs/simulator.md lists the verbs.
    ///
    /// # Errors
    /// What is wrong with the command, and what would be right.
    pub fn control(&self, command: &Value) -> Result<Value, String> {
        parsed(&self.control_text(&command.to_string())?)
    }

    /// Like [`Embedded::control`], with JSON text both ways: numbers and odd strings stay as they are written.
    ///
    /// # Errors
    /// What is wrong with the command, and what would be right.
    pub fn control_text(&self, command: &str) -> Result<String, String> {
        self.shared.control(command)
    }

    /// Does what is due when it is due, for ever: spawn it beside the requests, or polls and delayed requests wait
    /// until something else happens.
    pub async fn keep_time(&self) {
        self.shared.keep_time().await;
    }
}
