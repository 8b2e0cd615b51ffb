//! The control surface: one table of verbs, each with its arguments and what it does.

mod arguments;
mod checks;
mod faults;
mod inspect;
mod market;
mod settings;
mod shortcuts;
mod streams;
mod trades;
mod wire;

use arguments::Arguments;

use crate::json::{Entries, Object};
use crate::world::World;
use crate::world::trade::Trade;

/// One thing that a test can make happen or look at.
pub(crate) struct Verb {
    pub(crate) name: &'static str,
    /// As `--help` shows them; a `?` marks an optional one.
    pub(crate) arguments: &'static str,
    pub(crate) about: &'static str,
    run: fn(&mut World, &Arguments<'_>) -> Result<String, String>,
}

pub(crate) static VERBS: [Verb; 30] = [
    Verb {
        name: "world",
        arguments: "",
        about: "who and what there is: base_url, guilds, users with tokens",
        run: market::world,
    },
    Verb {
        name: "add_user",
        arguments: "id?, token?, bot?, member?",
        about: "another account, or another token for one",
        run: market::add_user,
    },
    Verb {
        name: "revoke_token",
        arguments: "token",
        about: "the token is a 401 from now on",
        run: market::revoke_token,
    },
    Verb {
        name: "set_crypto",
        arguments: "crypto, enabled",
        about: "whether trades can be created in it",
        run: market::set_crypto,
    },
    Verb { name: "now", arguments: "", about: "the virtual time in seconds", run: market::now },
    Verb {
        name: "advance",
        arguments: "seconds",
        about: "skips virtual time; what is due by then happens",
        run: market::advance,
    },
    Verb {
        name: "settings",
        arguments: "hold_executions?, hide_closed?, auto_confirm_deposit?, executions?, execution_silence?, \
                    claim_status?, empty_changes?, send_date?, date_skew?, expiry_skew?, keys_kept?, in_flight?, \
                    failed_answers?, key_lookup?, expiry_checked?, older_challenge?, aborted_poll?, \
                    lost_polls?, keep_requests?, stale_reads?, terms_version?",
        about: "switches; answers with all of them",
        run: settings::settings,
    },
    Verb {
        name: "open_trade",
        arguments: "crypto?, sender?, receiver?, until?, amount?, sender_terms?, receiver_terms?",
        about: "a trade made in Discord and brought to the status `until`",
        run: shortcuts::open_trade,
    },
    Verb {
        name: "act",
        arguments: "trade, user, act, role?, text?, address?",
        about: "a participant's move in Discord, with the current values",
        run: shortcuts::act,
    },
    Verb {
        name: "deposit",
        arguments: "trade, amount, txid?",
        about: "funds arrive at the escrow address",
        run: trades::deposit,
    },
    Verb {
        name: "confirm_deposit",
        arguments: "trade",
        about: "all confirmations at once",
        run: trades::confirm_deposit,
    },
    Verb {
        name: "reduce",
        arguments: "trade, amount",
        about: "both agreed that this part goes back to the sender",
        run: trades::reduce,
    },
    Verb {
        name: "support",
        arguments: "trade, open",
        about: "support is called or done; fund controls lock with it",
        run: trades::support,
    },
    Verb {
        name: "lock",
        arguments: "trade, locked",
        about: "fund controls lock or unlock",
        run: trades::lock,
    },
    Verb {
        name: "force",
        arguments: "trade, action",
        about: "staff release or return the funds",
        run: trades::force,
    },
    Verb {
        name: "execution",
        arguments: "trade, status, reason?",
        about: "moves a held execution: processing, completed or failed",
        run: trades::execution,
    },
    Verb {
        name: "close",
        arguments: "trade, outcome",
        about: "staff close the trade; outcome is any text or null",
        run: trades::close,
    },
    Verb {
        name: "emit",
        arguments: "trade, type, changes?",
        about: "appends an event of any type",
        run: trades::emit,
    },
    Verb {
        name: "happen",
        arguments: "trade?, count?",
        about: "so many events that do no harm, on one trade or on random ones",
        run: streams::happen,
    },
    Verb {
        name: "expire_history",
        arguments: "trade?, share?",
        about: "drops the retained events of a trade, or of a random share of all",
        run: streams::expire_history,
    },
    Verb {
        name: "cut",
        arguments: "trade?, share?",
        about: "closes the connections of polls that wait, or of a random share of them",
        run: streams::cut,
    },
    Verb {
        name: "polls",
        arguments: "trade?, clear?",
        about: "how many polls wait, waited and were too many, and how many connections are open",
        run: streams::polls,
    },
    Verb {
        name: "inspect",
        arguments: "trade",
        about: "everything the simulator knows of the trade",
        run: inspect::inspect,
    },
    Verb {
        name: "trades",
        arguments: "",
        about: "every trade there is, with its effects",
        run: checks::trades,
    },
    Verb {
        name: "check",
        arguments: "trade?, creates?",
        about: "what happened and must never: a list, empty if all is well",
        run: checks::check,
    },
    Verb {
        name: "patch",
        arguments: "trade, raw",
        about: "fields of the trade's JSON go out as these verbatim texts",
        run: wire::patch,
    },
    Verb {
        name: "answer",
        arguments: "on, status, body, headers?, times?, processed?",
        about: "the next such requests get this answer instead",
        run: wire::answer,
    },
    Verb {
        name: "fault",
        arguments: "on, kind, times?, skip?, seconds?, status?, retry_after?, processed?, answer?, act?, events?",
        about: "the next such requests go wrong",
        run: faults::fault,
    },
    Verb { name: "calm", arguments: "", about: "forgets all planned answers and faults", run: faults::calm },
    Verb {
        name: "requests",
        arguments: "clear?",
        about: "the API requests that came in, in order",
        run: wire::requests,
    },
];

/// Runs `{"do": VERB, …}` and gives its result as JSON text.
pub(crate) fn run(world: &mut World, command: &str) -> Result<String, String> {
    let Entries(mut entries) = serde_json::from_str(command)
        .map_err(|error| format!("a command is a JSON object {{\"do\": VERB, …}}: {error}"))?;
    let named = entries.iter().position(|(name, _)| name == "do").map(|index| entries.remove(index).1);
    let name = named.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    let verb = VERBS.iter().find(|verb| Some(verb.name) == name.as_deref()).ok_or_else(|| {
        let names: Vec<_> = VERBS.iter().map(|verb| verb.name).collect();
        format!("`do` must be one of {}", names.join(", "))
    })?;
    (verb.run)(world, &Arguments::of(verb, entries))
}

/// Arguments of a verb that takes none.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Arguments of a verb that takes a trade only.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct OnTrade {
    trade: String,
}

fn done() -> Result<String, String> {
    Ok(Object::new().to_string())
}

/// Works on a trade that must be there.
fn on_trade<R>(
    world: &mut World,
    id: &str,
    work: impl FnOnce(&mut Trade, i64) -> Result<R, String>,
) -> Result<R, String> {
    world.edit(id, |trade, now, _| work(trade, now)).unwrap_or_else(|| {
        Err(format!("there is no trade {id}; give the thread id that open_trade or the API answered with"))
    })
}

/// The table as text for `--help`.
pub(crate) fn help() -> String {
    VERBS
        .iter()
        .map(|verb| format!("  {:<16} {}\n      {}\n", verb.name, verb.arguments, verb.about))
        .collect()
}
