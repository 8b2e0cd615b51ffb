//! The endpoints, each with what it asks of a request and the rule that answers it.

use super::call::Call;
use super::refusal::{Answer, Refusal};
use super::trade::{self, Trade};
use super::{World, action, claim, identification, terms};

/// What answers a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// Needs no token.
    Public(fn(&World) -> String),
    Create,
    Events,
    /// About one trade, by one of its participants.
    Trade(fn(&mut Trade, &Call<'_>) -> Result<Answer, Refusal>),
}

#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// Relative to the base URL, with `{names}` for what varies.
    pub(crate) path: &'static str,
    /// Whether an `Idempotency-Key` is required.
    pub(crate) keyed: bool,
    pub(crate) rule: Rule,
}

const fn route(method: &'static str, path: &'static str, keyed: bool, rule: Rule) -> Route {
    Route { method, path, keyed, rule }
}

static ROUTES: [Route; 15] = [
    route("GET", "/servers", false, Rule::Public(|world| world.market.servers())),
    route("GET", "/stats", false, Rule::Public(|world| world.history.stats(world.now()))),
    route("GET", "/transactions", false, Rule::Public(|world| world.history.transactions())),
    route("POST", "/guilds/{guildId}/trades", true, Rule::Create),
    route("GET", "/trades/{id}", false, Rule::Trade(trade::read)),
    route("GET", "/trades/{id}/events", false, Rule::Events),
    route("PUT", "/trades/{id}/identification", false, Rule::Trade(identification::choose)),
    route("POST", "/trades/{id}/identification/confirm", false, Rule::Trade(identification::confirm)),
    route("POST", "/trades/{id}/identification/reset", false, Rule::Trade(identification::reset)),
    route("PUT", "/trades/{id}/terms", false, Rule::Trade(terms::set)),
    route("POST", "/trades/{id}/terms/confirm", false, Rule::Trade(terms::confirm)),
    route("POST", "/trades/{id}/action", false, Rule::Trade(action::request)),
    route("POST", "/trades/{id}/confirm-action", true, Rule::Trade(action::confirm)),
    route("POST", "/trades/{id}/claim-funds", false, Rule::Trade(claim::request)),
    route("POST", "/trades/{id}/confirm-claim", true, Rule::Trade(claim::confirm)),
];

/// Whether a path fits a pattern, where `{…}` fits any one segment.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given => {}
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}

/// The route of a request.
pub(crate) fn find(method: &str, path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.method == method && fits(route.path, path))
}

/// Whether a request asks for events.
pub(crate) fn is_poll(method: &str, path: &str) -> bool {
    find(method, path).is_some_and(|route| matches!(route.rule, Rule::Events))
}

/// The variable segment of a path: the guild or trade id.
pub(crate) fn id_in(path: &str) -> &str {
    path.split('/').nth(2).unwrap_or("")
}

/// Which requests a control command means: `METHOD /path`, with `{id}` or a concrete id.
#[derive(Debug, Clone)]
pub(crate) struct On {
    method: String,
    path: String,
}

impl On {
    pub(crate) fn parse(text: &str) -> Result<On, String> {
        let known = text.split_once(' ').filter(|(method, path)| find(method, path).is_some());
        let (method, path) = known.ok_or_else(|| {
            let routes: Vec<_> =
                ROUTES.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
            format!("`on` is {text}, which is no endpoint; endpoints are {}", routes.join(", "))
        })?;
        Ok(On { method: method.to_owned(), path: path.to_owned() })
    }

    pub(crate) fn is_poll(&self) -> bool {
        is_poll(&self.method, &self.path)
    }

    pub(crate) fn matches(&self, method: &str, path: &str) -> bool {
        self.method == method && fits(&self.path, path)
    }
}

#[cfg(test)]
mod tests {
    use super::{On, find};

    #[test]
    fn paths_find_their_route() {
        assert_eq!(find("GET", "/trades/3/events").map(|route| route.path), Some("/trades/{id}/events"));
        assert_eq!(find("GET", "/trades/3").map(|route| route.path), Some("/trades/{id}"));
        for (method, path) in
            [("GET", "/trades/"), ("GET", "/trades"), ("POST", "/trades/3"), ("GET", "/trades/3/")]
        {
            assert!(find(method, path).is_none(), "{method} {path}");
        }
    }

    #[test]
    fn commands_may_mean_all_trades_or_one() {
        let all = On::parse("GET /trades/{id}").unwrap();
        let one = On::parse("GET /trades/3").unwrap();
        assert!(
            all.matches("GET", "/trades/4")
                && !one.matches("GET", "/trades/4")
                && one.matches("GET", "/trades/3")
        );
        assert!(On::parse("GET /trade/{id}").unwrap_err().contains("GET /trades/{id}"));
    }
}
