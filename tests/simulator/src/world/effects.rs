//! What was done to a trade, by whom, and by which request: the ground for counting and checking.

use serde::Deserialize;

use super::request::Request;
use super::trade::{Millis, Trade};
use crate::json::{Json, Object};

/// Something that a participant can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    #[serde(skip)]
    Create,
    ChooseRole,
    ConfirmIdentification,
    ResetIdentification,
    SetTerms,
    ConfirmTerms,
    Release,
    Return,
    Claim,
}

impl Deed {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Deed::Create => "create",
            Deed::ChooseRole => "choose_role",
            Deed::ConfirmIdentification => "confirm_identification",
            Deed::ResetIdentification => "reset_identification",
            Deed::SetTerms => "set_terms",
            Deed::ConfirmTerms => "confirm_terms",
            Deed::Release => "release",
            Deed::Return => "return",
            Deed::Claim => "claim",
        }
    }

    /// Under which name `inspect` counts it.
    fn group(self) -> &'static str {
        match self {
            Deed::Create => "creates",
            Deed::ChooseRole | Deed::ResetIdentification | Deed::SetTerms => "changes",
            Deed::ConfirmIdentification | Deed::ConfirmTerms => "confirms",
            Deed::Release | Deed::Return => "actions",
            Deed::Claim => "executions",
        }
    }
}

/// One thing that was done and changed something.
#[derive(Debug, Clone)]
pub(crate) struct Effect {
    pub(crate) deed: Deed,
    pub(crate) user: String,
    pub(crate) at: Millis,
    /// The API request that did it; none for a move in Discord.
    pub(crate) request: Option<Carried>,
}

/// What the request carried.
#[derive(Debug, Clone)]
pub(crate) struct Carried {
    /// Keys belong to tokens.
    pub(crate) token: String,
    /// Only where a key counts.
    pub(crate) key: Option<String>,
    pub(crate) body: String,
}

impl Carried {
    pub(crate) fn by(request: &Request, keyed: bool) -> Carried {
        let key = request.headers.get("idempotency-key").filter(|_| keyed).cloned();
        let token = request.bearer().unwrap_or_default().to_owned();
        Carried { token, key, body: String::from_utf8_lossy(&request.body).into_owned() }
    }
}

impl Effect {
    pub(crate) fn show(&self) -> Object {
        let null = || Json::Token("null".into());
        let request = self.request.as_ref();
        Object::new()
            .with("do", self.deed.as_str())
            .with("user", self.user.as_str())
            .with("at", self.at / 1000)
            .with("through", if request.is_some() { "api" } else { "discord" })
            .with("key", request.and_then(|carried| carried.key.as_deref()).map_or_else(null, Json::from))
            .with("body", request.map_or_else(null, |carried| carried.body.as_str().into()))
    }
}

impl Trade {
    /// Notes what a user did just now.
    pub(crate) fn did(&mut self, deed: Deed, user: &str, now: Millis) {
        self.effects.push(Effect { deed, user: user.to_owned(), at: now, request: None });
    }

    /// How many effects API requests had, by kind.
    pub(crate) fn count_effects(&self) -> Object {
        ["creates", "changes", "confirms", "actions", "executions"].into_iter().fold(
            Object::new(),
            |counts, group| {
                let done = self.effects.iter().filter(|effect| effect.request.is_some());
                counts.with(group, done.filter(|effect| effect.deed.group() == group).count() as i64)
            },
        )
    }
}
