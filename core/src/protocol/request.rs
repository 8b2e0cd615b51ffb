//! The fifteen requests of the API, each in one function.

use std::collections::BTreeMap;
use std::time::Duration;

use super::rows::Row;
use crate::error::Error;
use crate::model::{Action, BtcFeeOption, Crypto, Role, Text, Trade};

/// One request, ready to be sent any number of times with the same bytes.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<String>,
    pub(crate) key: Option<String>,
    /// How long the server may hold the answer back.
    pub(crate) hold: Duration,
    /// What of the body must never be shown.
    pub(crate) secret: Option<String>,
    pub(crate) authenticated: bool,
    /// On the client's clock: a first send never goes out later.
    pub(crate) first_before: Option<Duration>,
    pub(crate) rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
}

impl Method {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

/// What may be done when the answer is lost or is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Moves nothing: try again. Also asking for a challenge, where the last answer wins.
    Read,
    /// Carries an idempotency key: try again with identical key and bytes.
    Keyed,
    /// The same for opening a trade, which has no state to conflict with.
    Create,
    /// Compares a revision or version: settle by reading before sending again.
    CompareAndSet,
}

impl Request {
    fn new(method: Method, path: impl Into<String>, rule: Rule) -> Self {
        Self {
            method,
            path: path.into(),
            body: None,
            key: None,
            hold: Duration::ZERO,
            secret: None,
            authenticated: true,
            first_before: None,
            rule,
        }
    }

    fn body(mut self, fields: &[(&str, Json<'_>)]) -> Self {
        let mut body = String::from("{");
        for (name, value) in fields {
            if body.len() > 1 {
                body.push(',');
            }
            body.push_str(&quoted(name));
            body.push(':');
            value.write(&mut body);
        }
        body.push('}');
        self.body = Some(body);
        self
    }

    fn hiding(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    fn keyed(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }
}

/// A value in a request body. Raw tokens go out as they came in.
enum Json<'a> {
    Text(&'a str),
    Number(i64),
    Null,
    Raw(&'a str),
}

impl Json<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::Null => out.push_str("null"),
            Self::Raw(token) => out.push_str(token),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The exact text of a side, or null where there is none: `""` is not null.
fn echoed(text: Option<&Text>) -> Json<'_> {
    text.map_or(Json::Null, |text| Json::Raw(text.raw_json()))
}

fn public(path: &str) -> Request {
    Request { authenticated: false, ..Request::new(Method::Get, path, Rule::Read) }
}

pub(crate) fn servers() -> Request {
    public("/servers")
}

pub(crate) fn stats() -> Request {
    public("/stats")
}

pub(crate) fn transactions() -> Request {
    public("/transactions")
}

pub(crate) fn open_trade(guild: &str, crypto: &Crypto, sender: &str, receiver: &str, key: &str) -> Request {
    Request::new(Method::Post, format!("/guilds/{guild}/trades"), Rule::Create)
        .body(&[
            ("crypto", Json::Text(crypto.as_str())),
            ("sender", Json::Text(sender)),
            ("receiver", Json::Text(receiver)),
        ])
        .keyed(key)
}

/// The same request once more, from what was kept of it. The bytes are those that were sent; they must say what the
/// operation says, because that is what a person looks at.
pub(crate) fn open_trade_again(row: &Row) -> Result<Request, Error> {
    let value = |name: &str| row.intent.values.get(name).map(String::as_str).unwrap_or_default();
    let (guild, sender, receiver) = (value("guild"), value("sender"), value("receiver"));
    for (name, id) in [("guild", guild), ("sender", sender), ("receiver", receiver)] {
        check_id(name, id)?;
    }
    let crypto = Crypto::from(value("crypto"));
    let request = open_trade(guild, &crypto, sender, receiver, &row.attempt.key);
    let read = |body: &str| serde_json::from_str::<BTreeMap<String, String>>(body).ok();
    let kept = row.attempt.body.as_deref();
    if kept.and_then(read).is_none() || kept.and_then(read) != request.body.as_deref().and_then(read) {
        let message =
            format!("operation {:?} says something else than its bytes; nothing was sent", row.name);
        return Err(Error::invalid(message));
    }
    Ok(Request { body: row.attempt.body.clone(), ..request })
}

/// Ids go into the path: nothing that could change it may stand in one.
pub(crate) fn check_id(what: &str, id: &str) -> Result<(), Error> {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if id.is_empty() || id.len() > 64 || !plain {
        return Err(Error::invalid(format!("{what}: {id:?} is no Discord id; nothing was sent")));
    }
    Ok(())
}

pub(crate) fn trade(id: &str) -> Request {
    Request::new(Method::Get, format!("/trades/{id}"), Rule::Read)
}

pub(crate) fn events(id: &str, offset: Option<i64>, timeout_seconds: u64) -> Request {
    let offset = offset.map(|offset| format!("offset={offset}&")).unwrap_or_default();
    let path = format!("/trades/{id}/events?{offset}timeout={timeout_seconds}");
    Request { hold: Duration::from_secs(timeout_seconds), ..Request::new(Method::Get, path, Rule::Read) }
}

pub(crate) fn choose_role(trade: &Trade, role: Role) -> Request {
    Request::new(Method::Put, format!("/trades/{}/identification", trade.id()), Rule::CompareAndSet).body(&[
        ("role", Json::Text(role.as_str())),
        ("revision", Json::Number(trade.identification_revision())),
    ])
}

pub(crate) fn confirm_identification(trade: &Trade, sender: &str, receiver: &str) -> Request {
    Request::new(Method::Post, format!("/trades/{}/identification/confirm", trade.id()), Rule::CompareAndSet)
        .body(&[
            ("sender", Json::Text(sender)),
            ("receiver", Json::Text(receiver)),
            ("revision", Json::Number(trade.identification_revision())),
        ])
}

pub(crate) fn reset_identification(trade: &Trade) -> Request {
    Request::new(Method::Post, format!("/trades/{}/identification/reset", trade.id()), Rule::CompareAndSet)
        .body(&[
            ("sender", Json::Null),
            ("receiver", Json::Null),
            ("revision", Json::Number(trade.identification_revision())),
        ])
}

pub(crate) fn set_terms(trade_id: &str, text: Option<&str>, version: &str) -> Request {
    Request::new(Method::Put, format!("/trades/{trade_id}/terms"), Rule::CompareAndSet)
        .body(&[("text", text.map_or(Json::Null, Json::Text)), ("version", Json::Text(version))])
}

pub(crate) fn confirm_terms(trade_id: &str, terms: &crate::model::TradeTerms) -> Request {
    Request::new(Method::Post, format!("/trades/{trade_id}/terms/confirm"), Rule::CompareAndSet).body(&[
        ("sender", echoed(terms.sender().text())),
        ("receiver", echoed(terms.receiver().text())),
        ("version", Json::Text(terms.version())),
    ])
}

pub(crate) fn action(trade_id: &str, action: Action) -> Request {
    Request::new(Method::Post, format!("/trades/{trade_id}/action"), Rule::Read)
        .body(&[("action", Json::Text(action.as_str()))])
}

pub(crate) fn confirm_action(
    trade_id: &str,
    action: Action,
    recipient: &str,
    code: &str,
    key: &str,
) -> Request {
    Request::new(Method::Post, format!("/trades/{trade_id}/confirm-action"), Rule::Keyed)
        .body(&[
            ("action", Json::Text(action.as_str())),
            ("recipient", Json::Text(recipient)),
            ("confirmationCode", Json::Text(code)),
        ])
        .hiding(code)
        .keyed(key)
}

pub(crate) fn claim_funds(trade_id: &str, address: &str, crypto: &Crypto) -> Request {
    Request::new(Method::Post, format!("/trades/{trade_id}/claim-funds"), Rule::Read)
        .body(&[("address", Json::Text(address)), ("crypto", Json::Text(crypto.as_str()))])
}

pub(crate) fn confirm_claim(
    trade_id: &str,
    (address, crypto): (&str, &Crypto),
    code: &str,
    fee: Option<&BtcFeeOption>,
    key: &str,
) -> Request {
    let fee = fee.map(|fee| {
        let priority = quoted(fee.priority().as_str());
        format!("{{\"priority\":{priority},\"satPerVbyte\":{}}}", fee.sat_per_vbyte().raw())
    });
    let mut fields = vec![
        ("address", Json::Text(address)),
        ("crypto", Json::Text(crypto.as_str())),
        ("confirmationCode", Json::Text(code)),
    ];
    fields.extend(fee.as_deref().map(|fee| ("btcFee", Json::Raw(fee))));
    Request::new(Method::Post, format!("/trades/{trade_id}/confirm-claim"), Rule::Keyed)
        .body(&fields)
        .hiding(code)
        .keyed(key)
}

#[cfg(test)]
mod tests;
