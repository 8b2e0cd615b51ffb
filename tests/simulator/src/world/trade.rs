//! One trade: what is known of it, and what each of its two participants may see.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::call::Call;
use super::challenge::{Challenge, Issued};
use super::deposit::Deposit;
use super::effects::Effect;
use super::events::Log;
use super::execution::{Ended, Execution};
use super::refusal::{Answer, Refusal};
use super::settings::TermsVersion;
use super::terms::Terms;
use crate::address;
use crate::crypto::Crypto;
use crate::json::{Json, Object, quoted_list};

/// Virtual time in milliseconds since 1970.
pub(crate) type Millis = i64;

/// The page's `TradeStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Status {
    WaitingIdentification,
    WaitingTermsAcceptance,
    WaitingReceive,
    WaitingConfirmations,
    WaitingAction,
    WaitingReduceAmountAddress,
    WaitingReturnAddress,
    WaitingAddress,
    Completed,
}

impl Status {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Status::WaitingIdentification => "waitingIdentification",
            Status::WaitingTermsAcceptance => "waitingTermsAcceptance",
            Status::WaitingReceive => "waitingReceive",
            Status::WaitingConfirmations => "waitingConfirmations",
            Status::WaitingAction => "waitingAction",
            Status::WaitingReduceAmountAddress => "waitingReduceAmountAddress",
            Status::WaitingReturnAddress => "waitingReturnAddress",
            Status::WaitingAddress => "waitingAddress",
            Status::Completed => "completed",
        }
    }
}

/// A side of the trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Role {
    Sender,
    Receiver,
}

impl Role {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Role::Sender => "sender",
            Role::Receiver => "receiver",
        }
    }

    pub(crate) fn other(self) -> Role {
        match self {
            Role::Sender => Role::Receiver,
            Role::Receiver => Role::Sender,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ();
    fn from_str(word: &str) -> Result<Role, ()> {
        [Role::Sender, Role::Receiver].into_iter().find(|role| role.as_str() == word).ok_or(())
    }
}

/// How and when a trade ended.
#[derive(Debug, Clone)]
pub(crate) struct Closing {
    pub(crate) at: Millis,
    pub(crate) outcome: Option<String>,
}

/// All there is to know of one trade.
#[derive(Debug)]
pub(crate) struct Trade {
    pub(crate) id: String,
    pub(crate) number: i64,
    pub(crate) guild: String,
    pub(crate) revision: i64,
    pub(crate) opened_at: Millis,
    pub(crate) crypto: &'static Crypto,
    pub(crate) status: Status,
    /// Both people of the trade, whatever their roles are at the moment.
    pub(crate) participants: [String; 2],
    pub(crate) sender: Option<String>,
    pub(crate) receiver: Option<String>,
    pub(crate) identification_revision: i64,
    pub(crate) identified_by: Vec<String>,
    pub(crate) terms: Option<Terms>,
    pub(crate) terms_version: TermsVersion,
    pub(crate) address: Option<String>,
    pub(crate) deposit: Option<Deposit>,
    pub(crate) settlement_txid: Option<String>,
    pub(crate) locked: Option<bool>,
    pub(crate) reduction: Option<String>,
    /// The codes that count now, by user.
    pub(crate) challenges: BTreeMap<String, Vec<Challenge>>,
    /// Every code that was given out.
    pub(crate) issued: Vec<Issued>,
    pub(crate) execution: Option<Execution>,
    /// What goes out in place of the status while a transfer is under way.
    pub(crate) shown_status: Option<String>,
    pub(crate) ended: Vec<Ended>,
    pub(crate) effects: Vec<Effect>,
    /// Confirmations that were accepted and should not have been.
    pub(crate) violations: Vec<String>,
    pub(crate) closing: Option<Closing>,
    pub(crate) log: Log,
    /// Dotted path and the JSON that goes out there; `None` leaves the field out.
    pub(crate) patches: Vec<(String, Option<Json>)>,
    pub(crate) dice: fastrand::Rng,
}

/// `GET /trades/{id}`
pub(crate) fn read(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let (_, view) = trade.read(call.user, call.settings, call.now);
    Ok(Answer::ok(view))
}

impl Trade {
    pub(crate) fn assigned(&self, role: Role) -> Option<&str> {
        match role {
            Role::Sender => self.sender.as_deref(),
            Role::Receiver => self.receiver.as_deref(),
        }
    }

    pub(crate) fn role_of(&self, user: &str) -> Option<Role> {
        [Role::Sender, Role::Receiver].into_iter().find(|role| self.assigned(*role) == Some(user))
    }

    pub(crate) fn has_participant(&self, user: &str) -> bool {
        self.participants.iter().any(|participant| participant == user)
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.locked == Some(true)
    }

    /// A random word that is not used twice: codes, versions, execution ids.
    pub(crate) fn random_word(&mut self, length: usize) -> String {
        std::iter::repeat_with(|| self.dice.alphanumeric()).take(length).collect()
    }

    pub(crate) fn new_address(&mut self) -> String {
        address::make(self.crypto.network, &mut self.dice)
    }

    pub(crate) fn new_txid(&mut self) -> String {
        address::make_txid(self.crypto.network, &mut self.dice)
    }

    /// The page's `Trade`, as this participant sees it now.
    pub(crate) fn seen_by(&self, user: &str) -> Object {
        let deposit = self.deposit.as_ref();
        let is_sender = self.role_of(user) == Some(Role::Sender);
        let mut view = Object::new()
            .with("id", self.id.as_str())
            .with("tradeId", self.number)
            .with("revision", self.revision)
            .with("openedAt", self.opened_at / 1000)
            .with("crypto", self.crypto.name)
            .with("status", self.shown_status.as_deref().unwrap_or(self.status.as_str()))
            .maybe("sender", self.sender.as_deref())
            .maybe("receiver", self.receiver.as_deref())
            .with("identificationRevision", self.identification_revision)
            .raw("identificationConfirmedBy", quoted_list(self.identified_by.iter().map(String::as_str)))
            .maybe("terms", self.terms.as_ref().map(Terms::to_json))
            .maybe("address", self.address.as_deref().filter(|_| is_sender));
        if let Some(deposit) = deposit {
            view = deposit.show(view);
        }
        view = view
            .maybe("settlementTxid", self.settlement_txid.as_deref())
            .maybe("fundControlsLocked", self.locked);
        for (path, value) in &self.patches {
            view.set_path(path, value.clone());
        }
        view
    }

    /// The updated trade, which most mutations answer with.
    pub(crate) fn answer(&self, user: &str) -> Answer {
        Answer::ok(self.seen_by(user))
    }

    /// Moves on, and says so in the history.
    pub(crate) fn move_to(&mut self, status: Status, now: Millis, changes: Object) {
        self.status = status;
        self.shown_status = None;
        // A code was given out for what could be done then.
        self.challenges.clear();
        self.record(now, "trade.status.changed", Object::new().with("status", status.as_str()).and(changes));
    }

    /// Ends the trade.
    pub(crate) fn close(&mut self, outcome: Option<&str>, now: Millis) {
        self.status = Status::Completed;
        self.shown_status = None;
        self.closing = Some(Closing { at: now, outcome: outcome.map(str::to_owned) });
        let changes = Object::new().with("status", self.status.as_str()).maybe("outcome", outcome);
        self.record(now, "trade.closed", changes);
    }

    /// When something happens by itself next.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        let confirmed = self.deposit.as_ref().filter(|_| self.status == Status::WaitingConfirmations);
        let executed = self.execution.as_ref().and_then(|execution| execution.due);
        confirmed.map(|deposit| deposit.confirmed_at).into_iter().chain(executed).min()
    }

    /// Does what is due at `now`.
    pub(crate) fn run_due(&mut self, now: Millis) {
        if self.deposit.as_ref().is_some_and(|deposit| deposit.confirmed_at <= now)
            && self.status == Status::WaitingConfirmations
        {
            self.confirm_deposit(now);
        }
        if self.execution.as_ref().is_some_and(|execution| execution.due.is_some_and(|due| due <= now)) {
            self.step_execution(now);
        }
    }
}
