//! Counting what was done, and finding what must never happen.

use serde_json::{Value, json};

use super::{LTC_ADDRESS, Play, RECEIVER, SENDER, Told};
use crate::world::audit::Before;
use crate::world::call::Call;
use crate::world::effects::Deed;
use crate::world::execution::{Ended, Progress, Transfer};
use crate::world::trade::Trade;

fn check(play: &mut Play) -> Vec<(String, String)> {
    let found = play.control(json!({"do": "check"}));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    found.as_array().unwrap().iter().map(|found| (text(&found["rule"]), text(&found["says"]))).collect()
}

fn rules(play: &mut Play) -> Vec<String> {
    check(play).into_iter().map(|(rule, _)| rule).collect()
}

fn with_trade(play: &mut Play, id: &str, work: impl FnOnce(&mut Trade)) {
    work(play.world.trades.get_mut(id).unwrap());
}

fn create(play: &mut Play) -> Told {
    let body = json!({"crypto": "ltc", "sender": SENDER, "receiver": RECEIVER});
    play.ask("sender", "POST /guilds/100000000000000001/trades", body)
}

/// Asks for a challenge and confirms it.
fn twice(play: &mut Play, user: &str, id: &str, [ask, confirm]: [&str; 2], body: Value) -> Told {
    let mut challenge = play.ask(user, &format!("POST /trades/{id}/{ask}"), body).body;
    challenge.as_object_mut().unwrap().remove("expiresAt");
    play.ask(user, &format!("POST /trades/{id}/{confirm}"), challenge)
}

#[test]
fn effects_of_a_whole_trade_are_counted() {
    let mut play = Play::new();
    play.control(json!({"do": "settings", "hide_closed": false}));
    let id = create(&mut play).body["id"].as_str().unwrap().to_owned();
    let effects = |play: &mut Play| play.control(json!({"do": "inspect", "trade": id}))["effects"].clone();
    for user in ["sender", "receiver", "receiver"] {
        let body = json!({"sender": SENDER, "receiver": RECEIVER, "revision": 3000});
        play.ask(user, &format!("POST /trades/{id}/identification/confirm"), body);
    }
    let version = play.seen("sender", &id)["terms"]["version"].clone();
    let set =
        play.ask("sender", &format!("PUT /trades/{id}/terms"), json!({"text": "fast", "version": version}));
    let version = set.body["terms"]["version"].clone();
    let terms = json!({"sender": "fast", "receiver": null, "version": version});
    for user in ["sender", "sender", "receiver"] {
        play.ask(user, &format!("POST /trades/{id}/terms/confirm"), terms.clone());
    }
    assert_eq!(
        effects(&mut play),
        json!({"creates": 1, "changes": 1, "confirms": 4, "actions": 0, "executions": 0})
    );
    play.control(json!({"do": "deposit", "trade": id, "amount": "0.5"}));
    play.control(json!({"do": "confirm_deposit", "trade": id}));
    twice(&mut play, "sender", &id, ["action", "confirm-action"], json!({"action": "release"}));
    let claim = json!({"address": LTC_ADDRESS, "crypto": "ltc"});
    twice(&mut play, "receiver", &id, ["claim-funds", "confirm-claim"], claim);
    play.control(json!({"do": "advance", "seconds": 1}));
    assert_eq!(
        effects(&mut play),
        json!({"creates": 1, "changes": 1, "confirms": 4, "actions": 1, "executions": 1})
    );
    let seen = play.control(json!({"do": "inspect", "trade": id}));
    assert_eq!(seen["transfers"], json!([{"transfer": "payout", "status": "completed", "amount": "0.5"}]));
    let moves = seen["moves"].as_array().unwrap();
    assert_eq!((moves.len(), &moves[0]["do"], &moves[7]["do"]), (8, &json!("create"), &json!("claim")));
    assert!(moves[7]["key"].is_string() && moves[4]["key"].is_null(), "only where keys count");
    assert_eq!(serde_json::from_str::<Value>(moves[4]["body"].as_str().unwrap()).unwrap(), terms);
    assert_eq!(play.control(json!({"do": "check", "creates": 1})), json!([]));
}

#[test]
fn moves_in_discord_are_listed_and_not_counted() {
    let mut play = Play::new();
    let id = play.trade("completed");
    let seen = play.control(json!({"do": "inspect", "trade": id}));
    assert_eq!(
        seen["effects"],
        json!({"creates": 0, "changes": 0, "confirms": 0, "actions": 0, "executions": 0})
    );
    let moves = seen["moves"].as_array().unwrap();
    let done: Vec<_> = moves.iter().map(|made| made["do"].as_str().unwrap()).collect();
    let confirms = ["confirm_identification", "confirm_identification", "confirm_terms", "confirm_terms"];
    assert_eq!(done, [&["create"], confirms.as_slice(), &["release", "claim"]].concat());
    assert!(moves.iter().all(|made| made["through"] == "discord" && made["body"].is_null()));
    let all = play.control(json!({"do": "trades"}));
    assert_eq!((&all[0]["id"], &all[0]["created_by"]), (&json!(id), &json!(SENDER)));
    assert_eq!(check(&mut play), []);
}

#[test]
fn one_key_has_one_effect() {
    let mut play = Play::new();
    play.control(json!({"do": "settings", "keys_kept": 0}));
    play.control(json!({"do": "fault", "on": "POST /guilds/{guildId}/trades", "kind": "duplicate"}));
    create(&mut play);
    create(&mut play);
    assert_eq!(rules(&mut play), ["one_key_one_effect"]);
    let all = play.control(json!({"do": "trades"}));
    let second = play.control(json!({"do": "check", "trade": all[1]["id"]}));
    assert_eq!(second[0]["trade"], all[1]["id"]);
    assert_eq!(play.control(json!({"do": "check", "trade": all[0]["id"]})), json!([]));
}

#[test]
fn superfluous_trades_are_found() {
    let mut play = Play::new();
    play.trade("waitingAction");
    let first = create(&mut play).body["id"].clone();
    assert_eq!(
        play.control(json!({"do": "check", "creates": 1})),
        json!([]),
        "the one from Discord does not count"
    );
    let second = create(&mut play).body["id"].clone();
    assert_eq!(check(&mut play), [], "nobody said that one was meant");
    let found = play.control(json!({"do": "check", "creates": 1}));
    assert_eq!((found.as_array().unwrap().len(), &found[0]["trade"]), (1, &second));
    assert_eq!(play.control(json!({"do": "check", "creates": 0}))[0]["trade"], first);
    assert!(play.refused(json!({"do": "check", "trade": "1"})).contains("`trades` lists"));
    assert!(play.refused(json!({"do": "check", "trade": second, "creates": 1})).contains("leave trade out"));
}

#[test]
fn money_that_appears_or_vanishes_is_found() {
    let mut play = Play::new();
    let id = play.trade_with(json!({"until": "waitingAction", "amount": "0.123456789012345678"}));
    play.control(json!({"do": "reduce", "trade": id, "amount": "1e-7"}));
    let claim = json!({"address": LTC_ADDRESS, "crypto": "ltc"});
    twice(&mut play, "sender", &id, ["claim-funds", "confirm-claim"], claim.clone());
    play.control(json!({"do": "advance", "seconds": 1}));
    assert_eq!(check(&mut play), []);
    with_trade(&mut play, &id, |trade| trade.deposit.as_mut().unwrap().amount.push('1'));
    assert_eq!(rules(&mut play), ["money"]);
    with_trade(&mut play, &id, |trade| assert_eq!(trade.deposit.as_mut().unwrap().amount.pop(), Some('1')));
    assert_eq!(check(&mut play), []);
    let ended = |transfer| Ended { transfer, progress: Progress::Completed, amount: "0.1".into() };
    with_trade(&mut play, &id, |trade| trade.ended.push(ended(Transfer::Payout)));
    assert_eq!(rules(&mut play), ["money"], "less was paid than there was");
    with_trade(&mut play, &id, |trade| trade.ended.push(ended(Transfer::Return)));
    assert_eq!(rules(&mut play), ["one_payout", "money"]);
    with_trade(&mut play, &id, |trade| trade.deposit = None);
    assert_eq!(rules(&mut play), ["one_payout", "money"]);
}

#[test]
fn amounts_that_no_exact_sum_holds_are_checked_as_they_are_written() {
    let mut play = Play::new();
    let amount = "0.1234567890123456789012345678901234567890";
    let id = play.trade_with(json!({"until": "completed", "amount": amount}));
    assert_eq!(check(&mut play), []);
    with_trade(&mut play, &id, |trade| assert_eq!(trade.ended[0].amount.pop(), Some('0')));
    assert_eq!(rules(&mut play), ["money"]);
}

#[test]
fn a_second_action_or_claim_is_found() {
    let mut play = Play::new();
    let id = play.trade("waitingAddress");
    with_trade(&mut play, &id, |trade| trade.did(Deed::Return, RECEIVER, 0));
    assert_eq!(rules(&mut play), ["one_action"]);
    let id = play.trade("completed");
    with_trade(&mut play, &id, |trade| trade.did(Deed::Claim, RECEIVER, 0));
    assert_eq!(rules(&mut play), ["one_action", "one_claim"]);
}

/// What the audit says of a deed that the sender did with this body.
fn audited(play: &mut Play, id: &str, deed: Deed, body: &str) -> Vec<String> {
    let request = play.request("sender", "POST /trades/1", body);
    let (settings, now) = (play.world.settings.clone(), play.world.now());
    let trade = play.world.trades.get_mut(id).unwrap();
    let call = Call { user: SENDER, request: &request, arrived: now, now, settings: &settings };
    let before = Before::of(trade, SENDER);
    trade.did(deed, SENDER, now);
    trade.was_asked(&before, &call, true);
    std::mem::take(&mut trade.violations)
}

#[test]
fn a_confirmation_of_other_values_is_found() {
    let mut play = Play::new();
    let id = play.trade_with(json!({"until": "waitingTermsAcceptance"}));
    let set = format!(r#"{{"do":"act","trade":"{id}","user":"sender","act":"set_terms","text":"\ud83d é"}}"#);
    crate::control::run(&mut play.world, &set).unwrap();
    let shown = play.world.trades[&id].seen_by(SENDER).at("terms.version").unwrap();
    let version = shown.trim_matches('"').to_owned();
    let terms = |sender: &str, receiver: &str, version: &str| {
        format!(r#"{{"sender":{sender},"receiver":{receiver},"version":"{version}"}}"#)
    };
    for (deed, body, wrong) in [
        (Deed::ConfirmTerms, terms(r#""\uD83D \u00e9""#, "null", &version), None),
        (Deed::ConfirmTerms, terms(r#""\ud83e é""#, "null", &version), Some("sender was")),
        (Deed::ConfirmTerms, terms("null", "null", &version), Some("sender was nothing")),
        (Deed::ConfirmTerms, terms(r#""\ud83d é""#, "\"\"", &version), Some("where nothing stood")),
        (Deed::ConfirmTerms, terms(r#""\ud83d é""#, "null", "old"), Some("version was")),
        (Deed::ConfirmTerms, "x".into(), Some("no object")),
        (
            Deed::ConfirmIdentification,
            json!({"sender": SENDER, "receiver": RECEIVER, "revision": 3000}).to_string(),
            None,
        ),
        (
            Deed::ConfirmIdentification,
            json!({"sender": SENDER, "receiver": SENDER, "revision": 3000}).to_string(),
            Some("receiver was"),
        ),
        (
            Deed::ConfirmIdentification,
            json!({"sender": SENDER, "receiver": RECEIVER, "revision": 2999}).to_string(),
            Some("revision was 2999 where 3000 stood"),
        ),
        (Deed::SetTerms, "x".into(), Some("no object")),
        (Deed::SetTerms, "{}".into(), None),
    ] {
        let found = audited(&mut play, &id, deed, &body);
        assert_eq!(found.len(), usize::from(wrong.is_some()), "{body}: {found:?}");
        assert!(wrong.is_none_or(|wrong| found[0].contains(wrong)), "{body}: {found:?}");
    }
}

#[test]
fn a_confirmation_with_another_code_is_found() {
    let mut play = Play::new();
    let id = play.trade("waitingAction");
    let mut body =
        play.ask("sender", &format!("POST /trades/{id}/action"), json!({"action": "release"})).body;
    body.as_object_mut().unwrap().remove("expiresAt");
    let with = |name: &str, value: &str| {
        let mut body = body.clone();
        body[name] = value.into();
        body.to_string()
    };
    for (body, wrong) in [
        (with("confirmationCode", "guess"), "never given out"),
        (with("action", "return"), "action was"),
        (body.to_string(), "accepted 2 times"),
    ] {
        let found = audited(&mut play, &id, Deed::Release, &body);
        assert!(found[0].contains(wrong), "{body}: {found:?}");
    }
    let claimed = play.trade("waitingReturnAddress");
    let claim = json!({"address": LTC_ADDRESS, "crypto": "ltc"});
    let mut body = play.ask("sender", &format!("POST /trades/{claimed}/claim-funds"), claim).body;
    body["btcFee"] = json!({"priority": "high", "satPerVbyte": 12.5});
    assert!(audited(&mut play, &claimed, Deed::Claim, &body.to_string())[0].contains("where none belongs"));
    play.control(json!({"do": "advance", "seconds": 60}));
    let mut late = play.trade("waitingAction");
    let body = play.ask("sender", &format!("POST /trades/{late}/action"), json!({"action": "release"})).body;
    play.control(json!({"do": "advance", "seconds": 60}));
    assert!(audited(&mut play, &late, Deed::Release, &body.to_string())[0].contains("past its expiry"));
    late = play.trade_with(json!({"crypto": "btc", "until": "waitingReturnAddress"}));
    let claim = json!({"address": super::BTC_ADDRESS, "crypto": "btc"});
    let body = play.ask("sender", &format!("POST /trades/{late}/claim-funds"), claim).body;
    assert!(audited(&mut play, &late, Deed::Claim, &body.to_string())[0].contains("was not offered"));
}

#[test]
fn odd_values_that_were_shown_are_no_violations() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    play.control(json!({"do": "patch", "trade": id, "raw": {"terms.receiver.text": "\"\\ud83d\""}}));
    let version = play.world.trades[&id].seen_by(SENDER).at("terms.version").unwrap();
    let body = format!(r#"{{"sender":null,"receiver":"\uD83D","version":{version}}}"#);
    assert_eq!(play.ask_raw("sender", &format!("POST /trades/{id}/terms/confirm"), &body).status, 200);
    let id = play.trade("waitingAddress");
    play.control(json!({"do": "patch", "trade": id, "raw": {"crypto": "\"xmr\""}}));
    let claim = json!({"address": "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx", "crypto": "xmr"});
    assert_eq!(twice(&mut play, "receiver", &id, ["claim-funds", "confirm-claim"], claim).status, 202);
    assert_eq!(check(&mut play), []);
}

#[test]
fn whatever_happens_nothing_breaks() {
    let mut done = [0, 0];
    for seed in 0..150 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let mut play = Play::new();
        let settings = json!({
            "do": "settings",
            "in_flight": dice.choice(["process", "conflict"]),
            "failed_answers": dice.choice(["none", "refusals", "all"]),
            "key_lookup": dice.choice(["first", "after_expiry"]),
            "expiry_checked": dice.choice(["arrival", "processing"]),
            "older_challenge": dice.choice(["void", "valid"]),
            "executions": dice.choice(["complete", "fail", "hold"]),
            "claim_status": dice.choice(["unchanged", "completed"]),
            "execution_silence": dice.choice([0, 30]),
        });
        play.control(settings);
        let until =
            dice.choice(["waitingAction", "waitingReduceAmountAddress", "waitingReturnAddress"]).unwrap();
        let id = play.trade(until);
        for _ in 0..40 {
            a_step(&mut play, &mut dice, &id);
        }
        assert_eq!(check(&mut play), [], "seed {seed}");
        let effects = play.control(json!({"do": "inspect", "trade": id}))["effects"].clone();
        done[0] += effects["actions"].as_i64().unwrap();
        done[1] += effects["executions"].as_i64().unwrap();
    }
    assert!(done.iter().all(|done| *done > 20), "too little happened: {done:?}");
}

/// Something that one of two careless clients, the wire or the clock does.
fn a_step(play: &mut Play, dice: &mut fastrand::Rng, id: &str) {
    let user = dice.choice(["sender", "receiver"]).unwrap();
    let confirm = dice.choice(["confirm-action", "confirm-claim"]).unwrap();
    match dice.u8(..8) {
        0 => {
            let kind = dice.choice(["delayed", "duplicate", "slow"]).unwrap();
            let on = format!("POST /trades/{{id}}/{confirm}");
            play.control(json!({"do": "fault", "on": on, "kind": kind, "seconds": dice.u8(..40)}));
        }
        1 => drop(play.control(json!({"do": "advance", "seconds": dice.u8(..40)}))),
        2 => {
            let action = dice.choice(["release", "return"]).unwrap();
            play.ask(user, &format!("POST /trades/{id}/action"), json!({"action": action}));
        }
        3 => {
            let body = json!({"address": LTC_ADDRESS, "crypto": "ltc"});
            play.ask(user, &format!("POST /trades/{id}/claim-funds"), body);
        }
        _ => {
            let codes = play.control(json!({"do": "inspect", "trade": id}))["codes"].clone();
            let codes = codes.as_array().unwrap();
            let code = if dice.bool() { codes.last() } else { dice.choice(codes) };
            let body = match confirm {
                "confirm-claim" => json!({"address": LTC_ADDRESS, "crypto": "ltc", "confirmationCode": code}),
                _ => json!({"action": "release", "recipient": RECEIVER, "confirmationCode": code}),
            };
            let mut request = play.request(user, &format!("POST /trades/{id}/{confirm}"), &body.to_string());
            let key = format!("key-{confirm}-{}", dice.u8(..20));
            request.headers.insert("idempotency-key".into(), key);
            play.receive(request);
        }
    }
}
