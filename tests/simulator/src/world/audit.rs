//! A second look at every confirmation that was accepted: did it carry the values of the moment? It shares no code with the rules.

use super::call::Call;
use super::claim::is_offered;
use super::effects::{Carried, Deed};
use super::trade::Trade;
use crate::json::{Json, Object};
use crate::text::Text;

/// A trade just before a request was looked at.
#[derive(Debug)]
pub(crate) struct Before {
    view: Object,
    effects: usize,
}

impl Before {
    pub(crate) fn of(trade: &Trade, user: &str) -> Before {
        Before { view: trade.seen_by(user), effects: trade.effects.len() }
    }
}

impl Trade {
    /// Notes that what was done since `before` was done by this request.
    pub(crate) fn was_asked(&mut self, before: &Before, call: &Call<'_>, keyed: bool) {
        let carried = Carried::by(call.request, keyed);
        for index in before.effects..self.effects.len() {
            self.effects[index].request = Some(carried.clone());
            let deed = self.effects[index].deed;
            if let Err(why) = self.audit(deed, before, &carried.body, call) {
                self.violations.push(format!("{} by {}: {why}", deed.as_str(), call.user));
            }
        }
    }

    fn audit(&mut self, deed: Deed, before: &Before, body: &str, call: &Call<'_>) -> Result<(), String> {
        let Json::Object(sent) = Json::from_text(body) else {
            return Err("its body is no object".into());
        };
        let view = &before.view;
        match deed {
            Deed::ConfirmIdentification => {
                must_equal(&sent, "sender", view, "sender")?;
                must_equal(&sent, "receiver", view, "receiver")?;
                must_equal(&sent, "revision", view, "identificationRevision")
            }
            Deed::ConfirmTerms => {
                must_equal(&sent, "sender", view, "terms.sender.text")?;
                must_equal(&sent, "receiver", view, "terms.receiver.text")?;
                must_equal(&sent, "version", view, "terms.version")
            }
            Deed::Release | Deed::Return => self.audit_code(&sent, &["action", "recipient"], call),
            Deed::Claim => {
                self.audit_code(&sent, &["address", "crypto"], call)?;
                must_have_a_fitting_fee(&sent)
            }
            Deed::Create | Deed::ChooseRole | Deed::ResetIdentification | Deed::SetTerms => Ok(()),
        }
    }

    fn audit_code(&mut self, sent: &Object, fields: &[&str], call: &Call<'_>) -> Result<(), String> {
        let code = sent.at("confirmationCode").and_then(|token| Text::from_json(&token));
        let mut theirs = self.issued.iter_mut().filter(|issued| issued.user == call.user);
        let issued = theirs
            .find(|issued| Some(Text::from(issued.code.as_str())) == code)
            .ok_or("its code was never given out to this user")?;
        issued.accepted += 1;
        if issued.accepted > 1 {
            return Err(format!("its code was accepted {} times", issued.accepted));
        }
        if issued.expires_at <= call.expiry_moment() {
            return Err("its code was past its expiry".into());
        }
        fields.iter().try_for_each(|field| must_equal(sent, field, &issued.values, field))
    }
}

fn must_equal(sent: &Object, field: &str, stood: &Object, path: &str) -> Result<(), String> {
    let (sent, stood) = (value(sent, field), value(stood, path));
    if sent == stood {
        return Ok(());
    }
    let text = |value: Option<Value>| value.map_or_else(|| "nothing".into(), |value| value.token);
    Err(format!("{field} was {} where {} stood", text(sent), text(stood)))
}

/// A JSON value that equals another spelling of the same text.
#[derive(Debug)]
struct Value {
    token: String,
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (Text::from_json(&self.token), Text::from_json(&other.token)) {
            (Some(one), Some(other)) => one == other,
            _ => self.token == other.token,
        }
    }
}

/// What stands at a path; null is nothing.
fn value(object: &Object, path: &str) -> Option<Value> {
    object.at(path).filter(|token| token != "null").map(|token| Value { token })
}

fn must_have_a_fitting_fee(sent: &Object) -> Result<(), String> {
    let is_btc = sent.at("crypto").as_deref() == Some("\"btc\"");
    let priority = sent.at("btcFee.priority").unwrap_or_default();
    let rate = sent.at("btcFee.satPerVbyte").unwrap_or_default();
    match is_btc {
        true if !is_offered(priority.trim_matches('"'), &rate) => {
            Err(format!("its fee {priority} at {rate} was not offered"))
        }
        false if sent.at("btcFee").is_some() => Err("it had a fee where none belongs".into()),
        _ => Ok(()),
    }
}
