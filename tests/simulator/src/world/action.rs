//! Release and return: who may ask, and where that leads.

use std::str::FromStr;

use serde::Deserialize;

use super::call::Call;
use super::challenge::Purpose;
use super::effects::Deed;
use super::refusal::{Answer, Refusal};
use super::trade::{Millis, Role, Status, Trade};
use crate::json::Object;

/// A fund action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Action {
    Release,
    Return,
}

impl Action {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Action::Release => "release",
            Action::Return => "return",
        }
    }

    fn deed(self) -> Deed {
        match self {
            Action::Release => Deed::Release,
            Action::Return => Deed::Return,
        }
    }

    fn performer(self) -> Role {
        match self {
            Action::Release => Role::Sender,
            Action::Return => Role::Receiver,
        }
    }

    fn leads_to(self) -> Status {
        match self {
            Action::Release => Status::WaitingAddress,
            Action::Return => Status::WaitingReturnAddress,
        }
    }
}

impl FromStr for Action {
    type Err = ();
    fn from_str(word: &str) -> Result<Action, ()> {
        [Action::Release, Action::Return].into_iter().find(|action| action.as_str() == word).ok_or(())
    }
}

/// `POST /trades/{id}/action`
pub(crate) fn request(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let action: Action = call.request.fields(&["action"])?.word("action", "release or return")?;
    trade.must_allow(call.user, action)?;
    let values = Object::new().with("action", action.as_str()).maybe("recipient", trade.recipient(action));
    Ok(Answer::new(201, trade.issue(call, Purpose::Action(action), values)))
}

/// `POST /trades/{id}/confirm-action`
pub(crate) fn confirm(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["action", "recipient", "confirmationCode"])?;
    let action: Action = fields.word("action", "release or return")?;
    let (recipient, code) = (fields.string("recipient")?, fields.string("confirmationCode")?);
    trade.must_allow(call.user, action)?;
    let challenge = trade.challenge_for(&code, call)?;
    if challenge.purpose != Purpose::Action(action) || trade.recipient(action) != Some(&recipient) {
        return Err(Refusal::mismatch(
            "Action and recipient must be those of the challenge. Request a new one.",
        ));
    }
    trade.act(call.user, action, call.now)?;
    Ok(trade.answer(call.user))
}

impl Trade {
    fn recipient(&self, action: Action) -> Option<&str> {
        self.assigned(action.performer().other())
    }

    fn must_allow(&self, user: &str, action: Action) -> Result<(), Refusal> {
        self.must_be(Status::WaitingAction)?;
        let performer = action.performer();
        if self.role_of(user) != Some(performer) {
            return Err(Refusal::forbidden(format!(
                "Only the {performer} can {} the funds.",
                action.as_str()
            )));
        }
        self.must_be_unlocked()
    }

    /// The funds are released or returned: an address is needed next.
    pub(crate) fn act(&mut self, user: &str, action: Action, now: Millis) -> Result<(), Refusal> {
        self.must_allow(user, action)?;
        self.did(action.deed(), user, now);
        self.move_to(action.leads_to(), now, Object::new());
        Ok(())
    }

    /// Staff decide in the participants' place.
    pub(crate) fn force(&mut self, action: Action, now: Millis) -> Result<(), String> {
        let in_escrow = self.status >= Status::WaitingAction && self.status < Status::Completed;
        if !in_escrow || self.is_executing() {
            let status = self.status.as_str();
            return Err(format!(
                "force needs funds in escrow and no transfer under way; the trade is at {status}"
            ));
        }
        self.move_to(action.leads_to(), now, Object::new());
        Ok(())
    }
}
