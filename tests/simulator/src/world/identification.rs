//! Who sends and who receives: chosen, confirmed by both, or reset.

use super::call::Call;
use super::effects::Deed;
use super::refusal::{Answer, Refusal};
use super::terms::Terms;
use super::trade::{Millis, Role, Status, Trade};
use crate::json::{Json, Object, quoted_list};

/// `PUT /trades/{id}/identification`
pub(crate) fn choose(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["role", "revision"])?;
    let role = fields.word("role", "sender or receiver")?;
    let revision = fields.integer("revision")?;
    trade.must_await_identification(call.user, revision)?;
    trade.choose_role(call.user, role, call.now)?;
    Ok(trade.answer(call.user))
}

/// `POST /trades/{id}/identification/confirm`
pub(crate) fn confirm(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["sender", "receiver", "revision"])?;
    let (sender, receiver) = (fields.string("sender")?, fields.string("receiver")?);
    trade.must_await_identification(call.user, fields.integer("revision")?)?;
    let view = trade.seen_by(call.user);
    for (name, given) in [("sender", sender), ("receiver", receiver)] {
        if view.at(name) != Some(Json::from(given.as_str()).to_string()) {
            let message =
                format!("The {name} is not the one given. Fetch the trade and compare before you ask again.");
            return Err(Refusal::mismatch(message).with(Object::new().with("field", name)));
        }
    }
    trade.confirm_identification(call.user, call.now)?;
    Ok(trade.answer(call.user))
}

/// `POST /trades/{id}/identification/reset`
pub(crate) fn reset(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["sender", "receiver", "revision"])?;
    fields.null("sender")?;
    fields.null("receiver")?;
    trade.must_await_identification(call.user, fields.integer("revision")?)?;
    trade.reset_identification(call.user, call.now)?;
    Ok(trade.answer(call.user))
}

impl Trade {
    pub(crate) fn must_be(&self, status: Status) -> Result<(), Refusal> {
        if self.status == status {
            return Ok(());
        }
        let message = format!(
            "This is possible at {} only; the trade is at {}.",
            status.as_str(),
            self.status.as_str()
        );
        Err(Refusal::wrong_state(message).with(Object::new().with("status", self.status.as_str())))
    }

    fn must_await_identification(&self, user: &str, revision: i64) -> Result<(), Refusal> {
        self.must_be(Status::WaitingIdentification)?;
        let current = self.seen_by(user).at("identificationRevision").unwrap_or_default();
        if revision.to_string() == current {
            return Ok(());
        }
        let message =
            format!("The identification is at revision {current}, not {revision}. Fetch the trade again.");
        Err(Refusal::stale(message).with(Object::new().raw("identificationRevision", current)))
    }

    pub(crate) fn choose_role(&mut self, user: &str, role: Role, now: Millis) -> Result<(), Refusal> {
        self.must_be(Status::WaitingIdentification)?;
        if self.assigned(role).is_some() {
            return Err(Refusal::wrong_state(format!(
                "The role {role} is taken. Reset the identification first."
            )));
        }
        for side in [role, role.other()] {
            let place = match side {
                Role::Sender => &mut self.sender,
                Role::Receiver => &mut self.receiver,
            };
            if side == role {
                *place = Some(user.to_owned());
            } else if place.as_deref() == Some(user) {
                *place = None;
            }
        }
        self.did(Deed::ChooseRole, user, now);
        self.reassigned(now);
        Ok(())
    }

    pub(crate) fn reset_identification(&mut self, user: &str, now: Millis) -> Result<(), Refusal> {
        self.must_be(Status::WaitingIdentification)?;
        (self.sender, self.receiver) = (None, None);
        self.did(Deed::ResetIdentification, user, now);
        self.reassigned(now);
        Ok(())
    }

    /// Another assignment: a new revision, and nobody has confirmed it yet.
    fn reassigned(&mut self, now: Millis) {
        self.identification_revision += 1;
        self.identified_by.clear();
        let side = |user: &Option<String>| user.as_deref().map_or(Json::Token("null".into()), Json::from);
        let changes = Object::new()
            .with("sender", side(&self.sender))
            .with("receiver", side(&self.receiver))
            .with("identificationRevision", self.identification_revision)
            .raw("identificationConfirmedBy", "[]");
        self.record(now, "trade.identification.updated", changes);
    }

    pub(crate) fn confirm_identification(&mut self, user: &str, now: Millis) -> Result<(), Refusal> {
        self.must_be(Status::WaitingIdentification)?;
        if self.sender.is_none() || self.receiver.is_none() {
            return Err(Refusal::wrong_state("Both roles must be chosen before they can be confirmed."));
        }
        if self.identified_by.iter().any(|confirmed| confirmed == user) {
            return Ok(());
        }
        self.identified_by.push(user.to_owned());
        self.did(Deed::ConfirmIdentification, user, now);
        let confirmed = quoted_list(self.identified_by.iter().map(String::as_str));
        let changes = Object::new().raw("identificationConfirmedBy", confirmed);
        self.record(now, "trade.identification.updated", changes);
        if self.identified_by.len() == self.participants.len() {
            let mut terms = Terms::new(self.random_word(20));
            terms.versioned(self.terms_version);
            let changes = Object::new().with("terms", terms.to_json());
            self.terms = Some(terms);
            self.move_to(Status::WaitingTermsAcceptance, now, changes);
        }
        Ok(())
    }
}
