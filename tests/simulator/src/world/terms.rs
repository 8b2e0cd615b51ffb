//! The terms of both sides, and their confirmation.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::call::Call;
use super::effects::Deed;
use super::refusal::{Answer, Refusal};
use super::settings::TermsVersion;
use super::trade::{Millis, Role, Status, Trade};
use crate::json::Object;
use crate::text::Text;

/// The page's limit, in UTF-16 code units.
const LONGEST: usize = 896;

#[derive(Debug, Default)]
pub(crate) struct TermsSide {
    text: Option<Text>,
    confirmed_at: Option<Millis>,
}

impl TermsSide {
    fn to_json(&self) -> Object {
        let mut side = Object::new();
        if let Some(text) = &self.text {
            side = side.raw("text", text.to_json());
        }
        side.with("confirmed", self.confirmed_at.is_some())
            .maybe("confirmedAt", self.confirmed_at.map(|at| at / 1000))
    }
}

#[derive(Debug)]
pub(crate) struct Terms {
    version: String,
    sender: TermsSide,
    receiver: TermsSide,
}

impl Terms {
    pub(crate) fn new(version: String) -> Terms {
        Terms { version, sender: TermsSide::default(), receiver: TermsSide::default() }
    }

    pub(crate) fn to_json(&self) -> Object {
        Object::new()
            .with("version", self.version.as_str())
            .with("sender", self.sender.to_json())
            .with("receiver", self.receiver.to_json())
    }

    /// Replaces the random version where it is to depend on the texts.
    pub(crate) fn versioned(&mut self, how: TermsVersion) {
        if how == TermsVersion::OfTexts {
            let mut hasher = DefaultHasher::new();
            (&self.sender.text, &self.receiver.text).hash(&mut hasher);
            self.version = format!("{:016x}", hasher.finish());
        }
    }

    fn side(&mut self, role: Role) -> &mut TermsSide {
        match role {
            Role::Sender => &mut self.sender,
            Role::Receiver => &mut self.receiver,
        }
    }

    fn both_confirmed(&self) -> bool {
        self.sender.confirmed_at.is_some() && self.receiver.confirmed_at.is_some()
    }
}

/// `PUT /trades/{id}/terms`
pub(crate) fn set(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["text", "version"])?;
    let text = fields.text_or_null("text")?;
    let version = fields.string("version")?;
    trade.must_be(Status::WaitingTermsAcceptance)?;
    must_be_current(trade, call.user, &version)?;
    trade.set_terms(call.user, text, call.now)?;
    Ok(trade.answer(call.user))
}

/// `POST /trades/{id}/terms/confirm`
pub(crate) fn confirm(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["sender", "receiver", "version"])?;
    let given = [("sender", fields.text_or_null("sender")?), ("receiver", fields.text_or_null("receiver")?)];
    let version = fields.string("version")?;
    trade.must_be(Status::WaitingTermsAcceptance)?;
    must_be_current(trade, call.user, &version)?;
    // What this caller was shown is what must come back, so patched texts count.
    let view = trade.seen_by(call.user);
    for (side, text) in given {
        if text != view.at(&format!("terms.{side}.text")).and_then(|token| Text::from_json(&token)) {
            let message = format!(
                "The terms of the {side} are not the text given. Fetch the trade and read them again."
            );
            return Err(Refusal::mismatch(message).with(Object::new().with("field", side)));
        }
    }
    trade.confirm_terms(call.user, call.now)?;
    Ok(trade.answer(call.user))
}

fn must_be_current(trade: &Trade, user: &str, version: &str) -> Result<(), Refusal> {
    let shown = trade.seen_by(user).at("terms.version").and_then(|token| Text::from_json(&token));
    if shown == Some(Text::from(version)) {
        return Ok(());
    }
    Err(Refusal::stale("The terms have another version by now. Fetch the trade and read them again."))
}

impl Trade {
    pub(crate) fn set_terms(&mut self, user: &str, text: Option<Text>, now: Millis) -> Result<(), Refusal> {
        self.must_be(Status::WaitingTermsAcceptance)?;
        if let Some(length) = text.as_ref().map(Text::len).filter(|length| *length > LONGEST) {
            let message = format!("Terms may have up to {LONGEST} characters, these have {length}.");
            let details = Object::new().with("field", "text").with("length", length as i64);
            return Err(Refusal::new(422, "terms_too_long", message).with(details));
        }
        let mut terms = Terms::new(self.random_word(20));
        if let (Some(old), Some(role)) = (self.terms.take(), self.role_of(user)) {
            terms.sender.text = old.sender.text;
            terms.receiver.text = old.receiver.text;
            terms.side(role).text = text;
        }
        terms.versioned(self.terms_version);
        self.did(Deed::SetTerms, user, now);
        self.terms_updated(terms, now);
        Ok(())
    }

    pub(crate) fn confirm_terms(&mut self, user: &str, now: Millis) -> Result<(), Refusal> {
        self.must_be(Status::WaitingTermsAcceptance)?;
        let Some(role) = self.role_of(user) else { return Ok(()) };
        let Some(mut terms) = self.terms.take() else { return Ok(()) };
        if terms.side(role).confirmed_at.is_some() {
            self.terms = Some(terms);
            return Ok(());
        }
        terms.side(role).confirmed_at = Some(now);
        self.did(Deed::ConfirmTerms, user, now);
        let agreed = terms.both_confirmed();
        self.terms_updated(terms, now);
        if agreed {
            self.address = Some(self.new_address());
            self.move_to(Status::WaitingReceive, now, Object::new());
        }
        Ok(())
    }

    fn terms_updated(&mut self, terms: Terms, now: Millis) {
        let changes = Object::new().with("terms", terms.to_json());
        self.terms = Some(terms);
        self.record(now, "trade.terms.updated", changes);
    }
}
