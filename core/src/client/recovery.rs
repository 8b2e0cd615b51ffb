//! Settling what a crash or a lost answer left open.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::call::{Failure, Reply};
use super::held::{Held, Unwritten};
use super::ledger::Unproven;
use super::trades::about;
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{FundExecution, OpenedTrade, Origin, Wire};
use crate::operation::Operation;
use crate::protocol::assumptions::SETTLED_AT_ONCE;
use crate::protocol::claims::Claim;
use crate::protocol::operations::{self, Finish};
use crate::protocol::proof::Proof;
use crate::protocol::request;
use crate::protocol::rows::{Kind, Row};
use crate::runtime::{self, WhenDropped};
use crate::settlement::{Came, SettledBy, Settlement, Verdict};
use crate::store::Access;

/// How far settling may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Read only.
    Read,
    /// Send the same again, where its key is surely remembered.
    Replay,
    /// Send the same again: a person says so.
    ReplayAnyway,
}

impl Client {
    /// The operations of this account that are under way or whose outcome is unknown, and the claims whose transfer
    /// hasn't ended; oldest first. Sends nothing.
    pub async fn pending_operations(&self) -> Result<Vec<Operation>, Error> {
        let client = self.clone();
        self.spawn_unchecked(async move { client.rows(Access::Read, |rows, _| rows.pending()) })?
            .await
            .map(|rows| rows.iter().map(Operation::of).collect())
    }

    /// The trades that this account opened or followed and that haven't closed, by thread id. The API can't list them.
    pub async fn known_trades(&self) -> Result<Vec<String>, Error> {
        let client = self.clone();
        self.spawn_unchecked(async move { client.rows(Access::Read, |rows, _| rows.trades()) })?.await
    }

    /// Frees the name of an operation after a person looked at what became of it; a pending claim under that
    /// name is no longer held back. True if the name was known; refused while a call is at it. **Only a person can
    /// decide this**: what was sent under the name may still take effect.
    pub async fn forget(&self, operation: &str) -> Result<bool, Error> {
        let (client, name) = (self.clone(), operation.to_owned());
        self.spawn_unchecked(async move {
            let forgotten =
                client.rows(Access::Synced, |rows, witness| operations::forget(rows, witness, &name))?;
            if let Some(row) = &forgotten {
                client.let_go(row);
            }
            Ok(forgotten.is_some())
        })?
        .await
    }

    /// Settles every operation that a process left open: to be called once at the start, before anything is begun.
    /// Those that a living process is at stay untouched. A trade to open is sent again under its own key if it is young;
    /// the rest is read off the trade and its events. What stays unknown says why; call this again later.
    pub async fn recover(&self) -> Result<Vec<Settlement>, Error> {
        let client = self.clone();
        self.spawn_mutation(async move { client.settle_all().await })?.await
    }

    /// Settles one operation, as [`Self::recover`] does: one of [`Self::pending_operations`], that of an error, or one
    /// that was kept as JSON. With `replay` a trade to open is sent again under its own key however old it is. **Only a
    /// person can decide this**: a server that forgot the key opens a second trade.
    pub async fn resolve(&self, operation: &Operation, replay: bool) -> Result<Settlement, Error> {
        let (client, operation) = (self.clone(), operation.clone());
        self.spawn_mutation(async move {
            let account = client.account();
            let row =
                client.rows(Access::Synced, |rows, _| operations::adopt(rows, operation.row(), &account))?;
            if row.state.is_open() {
                let reach = if replay { Reach::ReplayAnyway } else { Reach::Replay };
                if let Some(settlement) = client.settle(&row.name, reach).await? {
                    return Ok(settlement);
                }
            }
            let stands = client.rows(Access::Read, |rows, _| rows.operation(&row.name))?.unwrap_or(row);
            Settlement::of_record(&stands)
        })?
        .await
    }

    async fn settle_all(self) -> Result<Vec<Settlement>, Error> {
        let rows = self.rows(Access::Read, |rows, _| rows.pending())?;
        let account = self.account();
        let turns = Arc::new(Semaphore::new(SETTLED_AT_ONCE));
        let handle = self.environment().handle()?;
        let mut tasks = Vec::new();
        for row in rows {
            if !row.state.is_open() || row.account != account {
                continue;
            }
            let (client, turns, name) = (self.clone(), turns.clone(), row.name.clone());
            let task = runtime::run(&handle, WhenDropped::Abort, async move {
                let _turn = turns.acquire_owned().await;
                client.settle(&name, Reach::Replay).await
            });
            tasks.push((row, task));
        }
        let mut settled = Vec::new();
        for (row, task) in tasks {
            // One that can't be looked at must not hide what became of the others.
            let unknown = |why: Error| Some(Settlement::new(&row, Verdict::Unknown, None, why.message()));
            settled.extend(task.await.unwrap_or_else(unknown));
        }
        Ok(settled)
    }

    /// Settles an operation that nobody is at; none if somebody is, or if nothing is open under that name.
    pub(super) async fn settle(&self, name: &str, reach: Reach) -> Result<Option<Settlement>, Error> {
        let Some(mut held) = self.take(name)? else { return Ok(None) };
        let token = self.token();
        let mut proof = self.prove(&held, &token).await;
        let mut by = SettledBy::Reading;
        let mut why = String::from(match proof {
            Proof::NotYet => "nothing of it should still be on its way soon; try again in half a minute",
            _ => "nothing that can be read proves it yet; try again in some minutes",
        });
        if matches!(proof, Proof::Nothing) && reach != Reach::Read {
            match self.send_again(&mut held, &token, reach).await {
                Some(Ok(came)) => (proof, by) = (Proof::Done(came), SettledBy::Replay),
                Some(Err(error)) => {
                    why = error.to_string();
                    proof = self.prove(&held, &token).await;
                }
                None => {}
            }
        }
        self.conclude(held, proof, by, &why).map(Some)
    }

    /// What can be read about it.
    async fn prove(&self, held: &Held, token: &Token) -> Proof<Came> {
        let Held { row, sight, .. } = held;
        let (Some(trade_id), Some(issued)) = (&row.intent.trade_id, &row.attempt.challenge) else {
            return Proof::Nothing;
        };
        match row.intent.kind.action() {
            Some(action) => self.prove_action(action, trade_id, issued, *sight, token).await.map(Came::Trade),
            None => self.prove_claim(trade_id, issued, *sight, token).await.map(Came::Execution),
        }
    }

    /// Sends the same bytes under the same key and token once more, if they are at hand and may be sent.
    async fn send_again(&self, held: &mut Held, token: &Token, reach: Reach) -> Option<Result<Came, Error>> {
        let row = held.row.clone();
        if row.intent.kind == Kind::OpenTrade {
            let refused = self.is_replayable(&row, token).err();
            let same_token = token.fingerprint.as_deref() == Some(row.attempt.token.as_str());
            if let Some(error) = refused
                && !(same_token && reach == Reach::ReplayAnyway)
            {
                return Some(Err(error));
            }
            let request = match request::open_trade_again(&row) {
                Ok(request) => request,
                Err(error) => return Some(Err(error)),
            };
            let came = self.replay(held, &request, token, |text| OpenedTrade::decode(text, Origin::Server));
            return Some(came.await.map(Came::Opened));
        }
        let Unproven { request, token, .. } = self.shared.ledger.unproven().get(&row.attempt.key).cloned()?;
        let trade_id = row.intent.trade_id.as_deref()?;
        if row.intent.kind == Kind::Claim {
            let decode = |text: &str| FundExecution::decode(text, Origin::Server);
            return Some(self.replay(held, &request, &token, decode).await.map(Came::Execution));
        }
        let came = self.replay(held, &request, &token, about(trade_id)).await;
        Some(came.map(Came::Trade))
    }

    async fn replay<T, W: std::fmt::Display>(
        &self,
        held: &mut Held,
        request: &request::Request,
        token: &Token,
        decode: impl Fn(&str) -> Result<T, W>,
    ) -> Result<T, Error> {
        held.sending();
        let decode = |text: &str| decode(text).map_err(|why| why.to_string());
        let answer = self.drive_with(request, token.clone(), true, decode).await;
        held.quiet();
        answer.map(|reply: Reply<T>| reply.value).map_err(|failure: Failure| Error::from(failure))
    }

    /// Writes what was found, then tells it.
    fn conclude(
        &self,
        held: Held,
        proof: Proof<Came>,
        by: SettledBy,
        why: &str,
    ) -> Result<Settlement, Error> {
        let row = held.row.clone();
        let (finish, verdict) = match &proof {
            Proof::Done(Came::Opened(opened)) => {
                (Finish::Opened(opened.to_json(), opened.id().to_owned()), Verdict::Done)
            }
            Proof::Done(Came::Trade(trade)) => (Finish::Done(trade.to_json()), Verdict::Done),
            Proof::Done(Came::Execution(receipt)) => match &row.attempt.challenge {
                Some(issued) => {
                    let claim = Claim::new(&row.name, receipt, issued);
                    (Finish::Accepted(receipt.to_json(), claim), Verdict::Done)
                }
                None => return Err(Error::bug("a claim without its challenge")),
            },
            Proof::NotDone => (Finish::Void, Verdict::NotDone),
            Proof::Nothing | Proof::NotYet => (Finish::Unknown { sent: held.was_sent() }, Verdict::Unknown),
        };
        let unknown = |why: &str| Settlement::new(&row, Verdict::Unknown, None, why);
        match held.finish(finish) {
            Ok(row) => {
                if verdict != Verdict::Unknown {
                    self.let_go(&row);
                }
                let by = Some(by).filter(|_| verdict != Verdict::Unknown);
                let mut settlement = Settlement::new(&row, verdict, by, why);
                if let Proof::Done(came) = proof {
                    settlement.came(came);
                }
                Ok(settlement)
            }
            Err(Unwritten::Lost(Some(stands))) => {
                if !stands.state.is_open() {
                    self.let_go(&row);
                }
                Settlement::of_record(&stands)
            }
            Err(Unwritten::Lost(None)) => Ok(unknown("it was forgotten meanwhile")),
            Err(Unwritten::Store(error)) => {
                let found = match &proof {
                    Proof::Done(Came::Opened(opened)) => format!("trade {} was opened", opened.id()),
                    Proof::Done(_) => String::from("it took effect"),
                    Proof::NotDone => String::from("it had no effect"),
                    Proof::Nothing | Proof::NotYet => String::from("nothing proves it"),
                };
                Ok(unknown(&format!("{found}, but that couldn't be written down ({error})")))
            }
        }
    }

    /// What became of an operation is known, or a person let go of it: its code is needed no more.
    fn let_go(&self, row: &Row) {
        self.shared.ledger.unproven().remove(&row.attempt.key);
        if let Some(trade_id) = &row.intent.trade_id {
            self.retire_challenge(trade_id);
        }
    }

    /// Before something new is asked for: settles what is unknown on the trade, or says that it is still open.
    pub(super) async fn settle_open(&self, trade_id: &str) -> Result<(), Error> {
        let open = self.rows(Access::Read, |rows, witness| operations::open_on(rows, witness, trade_id))?;
        let Some(row) = open else {
            self.retire_unsettled_challenge(trade_id);
            return Ok(());
        };
        let unknown = match self.settle(&row.name, Reach::Read).await? {
            Some(settlement) => settlement.verdict == Verdict::Unknown,
            None => true,
        };
        if !unknown {
            return Ok(());
        }
        let message = format!(
            "the outcome of {:?} ({}) is still unknown and excludes this; nothing was sent. Confirm its challenge again, or try this again in some minutes, when reading can prove what became of it",
            row.name,
            row.intent.kind.as_str()
        );
        let error = Error::new(ErrorKind::OperationInProgress, message);
        Err(error.with_operation(Operation::of(&row)))
    }
}
