//! Identification and terms: what a reading proves about a confirmation whose answer was lost or stale.

use crate::model::{Role, Text, Trade, TradeStatus};

/// What a call was to bring about.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    ChooseRole(Role),
    ConfirmIdentification,
    ResetIdentification,
    SetTerms(Option<String>),
    ConfirmTerms,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Our effect stands. The fields name what else differs from what was reviewed.
    Landed(Vec<String>),
    /// The compared value or the status moved on without our effect.
    Superseded(Vec<String>),
    /// Nothing moved.
    Open,
    /// Can't be told: who we are isn't known, or the trade is over.
    Unknown,
}

/// What the trade as read now says about a call that was sent with the values of `reviewed`.
pub(crate) fn read(reviewed: &Trade, effect: &Effect, user_id: Option<&str>, current: &Trade) -> Reading {
    let Some(me) = user_id.filter(|_| *current.status() != TradeStatus::Completed) else {
        return Reading::Unknown;
    };
    if stands(reviewed, effect, me, current) {
        return Reading::Landed(differing(reviewed, effect, Some(me), current));
    }
    let mut fields = differing(reviewed, effect, Some(me), current);
    fields.extend(moved(reviewed, effect, current));
    if fields.is_empty() { Reading::Open } else { Reading::Superseded(fields) }
}

fn stands(reviewed: &Trade, effect: &Effect, me: &str, current: &Trade) -> bool {
    let same_revision = current.identification_revision() == reviewed.identification_revision();
    let same_version = version(current) == version(reviewed);
    match effect {
        Effect::ChooseRole(role) => !same_revision && current.participant(*role) == Some(me),
        Effect::ConfirmIdentification => {
            let listed = current.identification_confirmed_by().iter().any(|user| user == me);
            same_revision && (listed || past(current, &TradeStatus::WaitingIdentification))
        }
        Effect::ResetIdentification => {
            !same_revision && current.sender().is_none() && current.receiver().is_none()
        }
        Effect::SetTerms(wanted) => {
            // A text that stood before proves nothing by standing still.
            !same_version && has_text(current, me, wanted) && !has_text(reviewed, me, wanted)
        }
        Effect::ConfirmTerms => {
            let mine = current.role_of(me).and_then(|role| current.terms().map(|terms| terms.side(role)));
            let listed = mine.is_some_and(|side| side.confirmed());
            same_version && (listed || past(current, &TradeStatus::WaitingTermsAcceptance))
        }
    }
}

fn has_text(trade: &Trade, me: &str, wanted: &Option<String>) -> bool {
    let side = trade.role_of(me).and_then(|role| trade.terms().map(|terms| terms.side(role)));
    side.is_some_and(|side| side.text().map(Text::as_str) == wanted.as_deref())
}

/// Whether the trade is as the call was to make it, though perhaps not by it.
pub(crate) fn looks_done(effect: &Effect, user_id: Option<&str>, current: &Trade) -> bool {
    matches!((effect, user_id), (Effect::SetTerms(wanted), Some(me)) if has_text(current, me, wanted))
}

/// Whether the trade went past a status by the confirmations of both.
fn past(trade: &Trade, status: &TradeStatus) -> bool {
    let place = |status: &TradeStatus| TradeStatus::KNOWN.iter().position(|known| known == status);
    matches!((place(trade.status()), place(status)), (Some(now), Some(then)) if now > then)
}

/// Names of the reviewed values that differ now, apart from what the effect itself changes: participants,
/// crypto and terms. Compared by content: a bare revision says nothing.
pub(crate) fn differing(
    reviewed: &Trade,
    effect: &Effect,
    user_id: Option<&str>,
    current: &Trade,
) -> Vec<String> {
    let text = |trade: &Trade, role| -> Option<Text> {
        trade.terms().and_then(|terms| terms.side(role).text().cloned())
    };
    let mine = user_id.and_then(|me| reviewed.role_of(me));
    let mut fields = Vec::new();
    if current.crypto() != reviewed.crypto() {
        fields.push("crypto".to_owned());
    }
    for role in [Role::Sender, Role::Receiver] {
        let own_choice = matches!(effect, Effect::ChooseRole(chosen) if *chosen == role);
        // With two participants the other role follows from a choice: it was reviewed as free.
        let follows = matches!(effect, Effect::ChooseRole(_)) && reviewed.participant(role).is_none();
        let own_reset = matches!(effect, Effect::ResetIdentification);
        if !follows && !own_choice && !own_reset && current.participant(role) != reviewed.participant(role) {
            fields.push(role.to_string());
        }
        let about_terms = matches!(effect, Effect::SetTerms(_) | Effect::ConfirmTerms);
        let own_text = matches!(effect, Effect::SetTerms(_)) && (mine == Some(role) || mine.is_none());
        if about_terms && !own_text && text(current, role) != text(reviewed, role) {
            fields.push(format!("terms.{role}.text"));
        }
    }
    fields
}

/// The compared value and the status, where they moved.
pub(crate) fn moved(reviewed: &Trade, effect: &Effect, current: &Trade) -> Vec<String> {
    let mut fields = Vec::new();
    match effect {
        Effect::SetTerms(_) | Effect::ConfirmTerms if version(current) != version(reviewed) => {
            fields.push("terms.version".to_owned());
        }
        Effect::SetTerms(_) | Effect::ConfirmTerms => {}
        _ if current.identification_revision() != reviewed.identification_revision() => {
            fields.push("identificationRevision".to_owned());
        }
        _ => {}
    }
    if current.status() != reviewed.status() {
        fields.push("status".to_owned());
    }
    fields
}

/// What differs of the values that a claim goes by.
pub(crate) fn claim_fields(reviewed: &Trade, current: &Trade) -> Vec<String> {
    let differs = [
        ("crypto", current.crypto() != reviewed.crypto()),
        ("status", current.status() != reviewed.status()),
    ];
    differs.iter().filter(|(_, differs)| *differs).map(|(field, _)| (*field).to_owned()).collect()
}

fn version(trade: &Trade) -> Option<&str> {
    trade.terms().map(|terms| terms.version())
}

#[cfg(test)]
mod tests;
