//! Guilds, people, their tokens, and the cryptos that are enabled.

use std::collections::{BTreeMap, BTreeSet};

use crate::json::{Object, list};

pub(crate) const GUILD: &str = "100000000000000001";
pub(crate) const CLOSED_GUILD: &str = "100000000000000002";

/// A Discord account.
#[derive(Debug, Clone)]
pub(crate) struct User {
    /// How control commands may call it, beside its id.
    pub(crate) name: String,
    pub(crate) is_bot: bool,
    pub(crate) is_member: bool,
}

#[derive(Debug)]
pub(crate) struct Market {
    pub(crate) users: BTreeMap<String, User>,
    /// Token to user id.
    pub(crate) tokens: BTreeMap<String, String>,
    pub(crate) disabled_cryptos: BTreeSet<String>,
}

impl Market {
    pub(crate) fn new() -> Market {
        let mut market =
            Market { users: BTreeMap::new(), tokens: BTreeMap::new(), disabled_cryptos: BTreeSet::new() };
        for (number, name) in (1..).zip(["sender", "receiver", "stranger", "bot", "outsider"]) {
            let id = format!("{}", 200_000_000_000_000_000_i64 + number);
            let user = User { name: name.into(), is_bot: name == "bot", is_member: name != "outsider" };
            if !user.is_bot {
                market.tokens.insert(format!("sim-token-{name}"), id.clone());
            }
            market.users.insert(id, user);
        }
        market
    }

    /// The user whom a control command means, by name or id.
    pub(crate) fn user_id(&self, name_or_id: &str) -> Result<String, String> {
        let known = self.users.iter().find(|(id, user)| *id == name_or_id || user.name == name_or_id);
        known.map(|(id, _)| id.clone()).ok_or_else(|| {
            let names: Vec<_> = self.users.values().map(|user| user.name.as_str()).collect();
            format!("there is no user {name_or_id}; there are {} (name or Discord id)", names.join(", "))
        })
    }

    pub(crate) fn token_of(&self, id: &str) -> Option<&str> {
        self.tokens.iter().find(|(_, user)| *user == id).map(|(token, _)| token.as_str())
    }

    /// The name of the user behind a token.
    pub(crate) fn name_by_token(&self, token: &str) -> Option<&str> {
        self.users.get(self.tokens.get(token)?).map(|user| user.name.as_str())
    }

    /// Whether this account can be part of a trade.
    pub(crate) fn can_trade(&self, id: &str) -> bool {
        self.users.get(id).is_some_and(|user| user.is_member && !user.is_bot)
    }

    /// The answer of `GET /servers`.
    pub(crate) fn servers(&self) -> String {
        let icon = format!("https://cdn.discordapp.com/icons/{CLOSED_GUILD}/0f3ac1d2.png");
        let open = Object::new().with("id", GUILD).with("name", "Test Market").raw("icon", "null");
        let closed =
            Object::new().with("id", CLOSED_GUILD).with("name", "Closed Market").with("icon", icon.as_str());
        list([open.to_string(), closed.to_string()])
    }
}
