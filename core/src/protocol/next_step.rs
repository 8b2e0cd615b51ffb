//! What an account can do now, told from a snapshot.

use crate::model::{Crypto, Outcome, Role, Text, Trade, TradeStatus};
use serde_json::value::RawValue;

/// What this account can do next. Closed: an unknown status is readable and never acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Identification was reset: take one of the free roles.
    ChooseRole {
        /// Roles that nobody has taken.
        free: Vec<Role>,
    },
    /// Compare sender and receiver, then confirm them.
    ConfirmIdentification,
    /// Set, compare and confirm the terms.
    Terms {
        /// This account's terms.
        mine: Option<Text>,
        /// The other side's terms.
        theirs: Option<Text>,
        /// Whether this account confirmed the current version.
        confirmed_by_me: bool,
        /// Whether the other side did.
        confirmed_by_them: bool,
    },
    /// Pay into escrow.
    Deposit {
        /// The escrow's address.
        address: String,
        /// What to pay in.
        crypto: Crypto,
    },
    /// The sender may release the funds, once the receiver delivered.
    MayRelease,
    /// The receiver may return the funds; it is the receiver's turn to deliver.
    MayReturn,
    /// Name an address and claim the funds.
    Claim {
        /// What the claim is for.
        kind: ClaimKind,
    },
    /// A claim was accepted and its transfer hasn't ended, or a claim's outcome is unknown. Never claim again
    /// meanwhile; if it stays so for hours, look in Discord, then [`forget`](crate::Client::forget) the operation.
    PayoutPending,
    /// Fund actions are locked for now.
    Blocked,
    /// The other side, or the network, is next; or a release or return of this account is being settled.
    Wait,
    /// The trade is over.
    Closed {
        /// How it ended, as far as the events told.
        outcome: Outcome,
    },
    /// This version doesn't know the status.
    Unknown {
        /// The status as it came.
        status: String,
    },
}

/// What funds are claimed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimKind {
    /// The receiver's released funds.
    Payout,
    /// The sender's returned funds.
    Return,
    /// The part that goes back to the sender by an agreed reduction.
    Reduction,
}

impl ClaimKind {
    /// `payout`, `return` or `reduction`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Payout => "payout",
            Self::Return => "return",
            Self::Reduction => "reduction",
        }
    }

    /// What can be claimed at a status, and by whom.
    pub(crate) fn at(status: &TradeStatus) -> Option<(Self, Role)> {
        match status {
            TradeStatus::WaitingAddress => Some((Self::Payout, Role::Receiver)),
            TradeStatus::WaitingReturnAddress => Some((Self::Return, Role::Sender)),
            TradeStatus::WaitingReduceAmountAddress => Some((Self::Reduction, Role::Sender)),
            _ => None,
        }
    }
}

/// What this process knows of a trade beyond the snapshot.
#[derive(Debug, Default, Clone)]
pub(crate) struct Known {
    /// A release, return or claim is under way or its outcome is unknown.
    pub(crate) unsettled: bool,
    pub(crate) claim_pending: bool,
    /// How the trade ended, once an event said that it did.
    pub(crate) outcome: Option<Outcome>,
}

pub(crate) fn next_step(trade: &Trade, me: &str, known: &Known) -> NextStep {
    let role = trade.role_of(me);
    // Once an event said that it closed, no older snapshot offers anything.
    if let Some(outcome) = &known.outcome {
        return NextStep::Closed { outcome: outcome.clone() };
    }
    match trade.status() {
        TradeStatus::WaitingIdentification => identification(trade, me, role),
        TradeStatus::WaitingTermsAcceptance => terms(trade, role),
        TradeStatus::WaitingReceive => match (role, trade.address()) {
            (Some(Role::Sender), Some(address)) => {
                NextStep::Deposit { address: address.to_owned(), crypto: trade.crypto().clone() }
            }
            _ => NextStep::Wait,
        },
        TradeStatus::WaitingConfirmations => NextStep::Wait,
        TradeStatus::WaitingAction => match role {
            Some(_) if trade.fund_controls_locked() => NextStep::Blocked,
            Some(_) if known.unsettled => NextStep::Wait,
            Some(Role::Sender) => NextStep::MayRelease,
            Some(Role::Receiver) => NextStep::MayReturn,
            None => NextStep::Wait,
        },
        TradeStatus::Completed => NextStep::Closed { outcome: Outcome::Unknown(String::from("unknown")) },
        TradeStatus::Unknown(status) => NextStep::Unknown { status: status.clone() },
        claimable => match ClaimKind::at(claimable) {
            Some((_, claimant)) if role != Some(claimant) => NextStep::Wait,
            Some(_) if known.claim_pending || known.unsettled => NextStep::PayoutPending,
            Some(_) if trade.fund_controls_locked() => NextStep::Blocked,
            Some((kind, _)) => NextStep::Claim { kind },
            None => NextStep::Unknown { status: claimable.to_string() },
        },
    }
}

fn identification(trade: &Trade, me: &str, role: Option<Role>) -> NextStep {
    let confirmed = trade.identification_confirmed_by().iter().any(|user| user == me);
    let taken = [Role::Sender, Role::Receiver].map(|role| trade.participant(role).is_some());
    match (role, taken) {
        (None, [true, true]) => NextStep::Wait,
        (None, _) => {
            let free = [Role::Sender, Role::Receiver].into_iter();
            NextStep::ChooseRole { free: free.filter(|role| trade.participant(*role).is_none()).collect() }
        }
        (Some(_), [true, true]) if !confirmed => NextStep::ConfirmIdentification,
        (Some(_), _) => NextStep::Wait,
    }
}

fn terms(trade: &Trade, role: Option<Role>) -> NextStep {
    let (Some(role), Some(terms)) = (role, trade.terms()) else { return NextStep::Wait };
    let (mine, theirs) = (terms.side(role), terms.side(role.other()));
    NextStep::Terms {
        mine: mine.text().cloned(),
        theirs: theirs.text().cloned(),
        confirmed_by_me: mine.confirmed(),
        confirmed_by_them: theirs.confirmed(),
    }
}

impl NextStep {
    /// The step's name: `chooseRole`, `confirmIdentification`, `terms`, `deposit`, `mayRelease`, `mayReturn`,
    /// `claim`, `payoutPending`, `blocked`, `wait`, `closed` or `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ChooseRole { .. } => "chooseRole",
            Self::ConfirmIdentification => "confirmIdentification",
            Self::Terms { .. } => "terms",
            Self::Deposit { .. } => "deposit",
            Self::MayRelease => "mayRelease",
            Self::MayReturn => "mayReturn",
            Self::Claim { .. } => "claim",
            Self::PayoutPending => "payoutPending",
            Self::Blocked => "blocked",
            Self::Wait => "wait",
            Self::Closed { .. } => "closed",
            Self::Unknown { .. } => "unknown",
        }
    }
}

impl serde::Serialize for NextStep {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("step", self.name())?;
        match self {
            Self::ChooseRole { free } => {
                map.serialize_entry("free", &free.iter().map(|role| role.as_str()).collect::<Vec<_>>())?;
            }
            Self::Terms { mine, theirs, confirmed_by_me, confirmed_by_them } => {
                for (name, text) in [("mine", mine), ("theirs", theirs)] {
                    if let Some(text) = text {
                        let raw = RawValue::from_string(text.raw_json().to_owned())
                            .map_err(serde::ser::Error::custom)?;
                        map.serialize_entry(name, &raw)?;
                    }
                }
                map.serialize_entry("confirmedByMe", confirmed_by_me)?;
                map.serialize_entry("confirmedByThem", confirmed_by_them)?;
            }
            Self::Deposit { address, crypto } => {
                map.serialize_entry("address", address)?;
                map.serialize_entry("crypto", crypto.as_str())?;
            }
            Self::Claim { kind } => map.serialize_entry("kind", kind.as_str())?,
            Self::Closed { outcome } => map.serialize_entry("outcome", outcome.as_str())?,
            Self::Unknown { status } => map.serialize_entry("status", status)?,
            _ => {}
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
