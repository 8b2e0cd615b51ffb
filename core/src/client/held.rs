//! An operation while a call is at it, and how its end is written and told.

use super::Client;
use crate::error::{Error, ErrorKind};
use crate::model::{Origin, Wire};
use crate::operation::Operation;
use crate::protocol::operations::{self, Finish, Written};
use crate::protocol::rows::{Kind, Row, State};
use crate::protocol::witness::Sight;
use crate::store::Access;

/// An operation that a call is at. Dropped without an end, it is left for anybody to settle.
pub(super) struct Held {
    client: Client,
    pub(super) row: Row,
    pub(super) sight: Sight,
    sent: bool,
    over: bool,
}

/// Why an outcome could not be written down.
pub(super) enum Unwritten {
    /// Another process has it, and this is what it says.
    Lost(Option<Box<Row>>),
    Store(Error),
}

impl Held {
    pub(super) fn new(client: Client, row: Row, sight: Sight) -> Self {
        Self { client, row, sight, sent: false, over: false }
    }

    /// From here on something of it may be on its way.
    pub(super) fn sending(&mut self) {
        self.sent = true;
    }

    pub(super) fn was_sent(&self) -> bool {
        self.sent
    }

    /// All that was sent has ended.
    pub(super) fn quiet(&mut self) {
        self.sight.quiet_since = self.client.now();
    }

    /// Writes how it ended. Only then may anybody be told.
    pub(super) fn finish(mut self, finish: Finish) -> Result<Row, Unwritten> {
        self.write(finish)
    }

    /// Writes how it ended, then tells the outcome: its own, or where that couldn't be written what may be told instead.
    pub(super) fn tell<T: Wire>(
        self,
        finish: Finish,
        outcome: Result<T, Error>,
        here: &str,
    ) -> Result<T, Error> {
        let row = self.row.clone();
        match self.finish(finish) {
            Ok(_) => outcome,
            Err(unwritten) => {
                let told = unwritten.told(&row, here)?;
                T::decode(&told, Origin::Server).map_err(Error::bug)
            }
        }
    }

    /// Gives it up with its outcome unknown: anybody may settle it.
    pub(super) fn left_unknown(self, last: Error) -> Error {
        let row = self.row.clone();
        let row = self.finish(Finish::Unknown { sent: true }).unwrap_or(row);
        let (name, kind) = (&row.name, row.intent.kind);
        let advice = match kind {
            Kind::OpenTrade => format!("repeat the call under its operation name {name:?}, or recover"),
            Kind::Release | Kind::Return | Kind::Claim => String::from(
                "confirm the same challenge again; without it, request a new one in some minutes, and what became of this one is read first",
            ),
        };
        let kind = kind.as_str();
        let message = format!(
            "it is not known whether this {kind} took effect ({last}). Do not start it anew: {advice}"
        );
        last.recast(ErrorKind::OutcomeUnknown, message).with_operation(Operation::of(&row))
    }

    fn write(&mut self, finish: Finish) -> Result<Row, Unwritten> {
        self.over = true;
        let settled = match finish {
            Finish::Unknown { .. } => false,
            Finish::Abandon => self.row.state == State::Running { replay: false },
            _ => true,
        };
        let access = if matches!(finish, Finish::Void) { Access::Synced } else { Access::Batched };
        let (row, sent, now) = (&self.row, self.sent, self.client.now());
        let written = self.client.rows(access, |rows, witness| {
            let written = operations::finish(rows, row, finish);
            // In the same moment: whoever finds the row let go of must not be taken for this call.
            if settled {
                witness.settled(row)
            } else {
                witness.let_go(row, now, sent)
            }
            written
        });
        if written.is_err() {
            self.client.witness(|witness, now| witness.let_go(row, now, sent));
        }
        if settled {
            self.client.shared.ledger.unproven().remove(&row.attempt.key);
        }
        match written {
            Ok(Written::Kept(row)) => Ok(row),
            Ok(Written::Lost(stands)) => Err(Unwritten::Lost(stands.map(Box::new))),
            Err(error) => Err(Unwritten::Store(error)),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !self.over {
            let sent = self.sent;
            let _ = self.write(if sent { Finish::Unknown { sent } } else { Finish::Abandon });
        }
    }
}

impl Unwritten {
    /// What may be told when the outcome is known here but couldn't be written: what the row says, or that it isn't
    /// known.
    pub(super) fn told(self, row: &Row, here: &str) -> Result<String, Error> {
        let why = match self {
            Self::Lost(stands) => match stands.map(|stands| stands.state) {
                Some(State::Done { result } | State::Accepted { result }) => return Ok(result),
                _ => String::from("another process took the operation meanwhile"),
            },
            Self::Store(error) => error.to_string(),
        };
        let message = format!(
            "{here}, but that couldn't be written down ({why}), so it doesn't count yet. Repeat the call as it was, or recover, once the store works"
        );
        Err(Error::new(ErrorKind::OutcomeUnknown, message).with_operation(Operation::of(row)))
    }
}
