//! The process lives: the call ends with a word, and what was unknown is settled once the trouble is over.

use std::time::Duration;

use autoplus::{Client, Timeouts};
use autoplus_faults::call::{Call, NAME, open, word};
use autoplus_faults::ground::Ground;
use autoplus_faults::jobs;
use serde_json::{Value, json};

use super::{Case, Seen};

/// Every fault, for one request and for every request of the call.
pub(crate) fn faults() -> Vec<(String, Value)> {
    let mut all = vec![("none".to_owned(), json!(null))];
    for (times, word) in [(1, "once"), (9, "always")] {
        let mut add = |name: String, mut fault: Value| {
            fault["times"] = json!(times);
            all.push((format!("{name}, {word}"), fault));
        };
        for kind in ["lost_before", "lost_after", "cut_body"] {
            add(kind.to_owned(), json!({ "kind": kind }));
        }
        add("slow past the attempt".to_owned(), json!({ "kind": "slow", "seconds": 1.5 }));
        for processed in [false, true] {
            let after = if processed { " after it was done" } else { "" };
            for status in [429, 500, 502, 503, 504] {
                // A 429 says that nothing was processed. One that lies is seen through only if it passes.
                if status == 429 && processed && word == "always" {
                    continue;
                }
                let fault = json!({ "kind": "status", "status": status, "processed": processed });
                add(format!("{status}{after}"), fault);
            }
            let fault = json!({ "kind": "html", "status": 200, "processed": processed });
            add(format!("HTML in a 200{after}"), fault);
        }
        add("delivered twice".to_owned(), json!({ "kind": "duplicate" }));
    }
    all
}

pub(crate) fn play(case: &Case) -> Seen {
    let call = case.call;
    let ground = Ground::prepare(call);
    let (_, fault) = faults().into_iter().find(|(name, _)| *name == case.fault).unwrap();
    ground.fault(&fault);
    let folder = tempfile::tempdir().unwrap();
    let store = match case.store {
        "sqlite" => format!("sqlite:{}", folder.path().join("store.db").display()),
        other => other.to_owned(),
    };
    let (user, token) = call.user();
    let seconds = Duration::from_secs;
    let timeouts = Timeouts { attempt: seconds(1), call: seconds(8), ..Timeouts::default() };
    let builder = Client::builder().token(token).user_id(user).base_url(ground.base_url());
    let client = builder.store(store).timeouts(timeouts).build().unwrap();
    jobs::wait(async {
        let result = call.make(&client, &ground.trade).await;
        let first = word(&result);
        let mut seen = Seen { said: first.to_owned(), wrong: Vec::new() };
        let effects = ground.effects();
        lie(&mut seen, first, effects);
        if first == "unknown" {
            ground.control(json!({ "do": "calm" }));
            let second = settled(&client, call, &ground.trade, &mut seen).await;
            seen.said = format!("{first} > {second}");
            lie(&mut seen, second, ground.effects());
        }
        if ground.effects() > 1 {
            seen.wrong.push("it was done twice".to_owned());
        }
        let violations = ground.violations();
        seen.wrong.extend(violations.into_iter().map(|violation| format!("the server saw {violation}")));
        let open = client.pending_operations().await.unwrap();
        if let Some(open) = open.iter().find(|operation| operation.state() != "accepted") {
            seen.wrong.push(format!("{open:?} is still open"));
        }
        if let (false, Err(error)) = (seen.wrong.is_empty(), &result) {
            seen.wrong.push(error.to_string());
        }
        client.close().await;
        seen
    })
}

/// What is found once the trouble is over.
async fn settled(client: &Client, call: Call, trade: &str, seen: &mut Seen) -> &'static str {
    if !call.is_kept() {
        let shown = call.is_shown(&client.trade(trade).await.unwrap());
        return if shown { "shown" } else { "not shown" };
    }
    if std::env::var_os("FAULTS_FRESH_KEY").is_some() && call == Call::Open {
        // To see this test fail: what must never be done with an unknown outcome.
        client.forget(NAME).await.unwrap();
        open(client, "another one").await.unwrap();
    }
    match client.recover().await.unwrap().as_slice() {
        [settlement] => settlement.verdict.as_str(),
        others => {
            seen.wrong.push(format!("recover settled {} operations", others.len()));
            "nothing"
        }
    }
}

/// A word must be true of what the server did.
pub(crate) fn lie(seen: &mut Seen, word: &str, effects: u64) {
    let lie = match (word, effects) {
        ("done" | "landed" | "shown", 0) => "it isn't done",
        ("not_done" | "stale" | "not shown", 1..) => "it is done",
        _ => return,
    };
    seen.wrong.push(format!("a false {word}: {lie}"));
}
