//! Counting what was done, and finding what must never happen.

use serde_json::{Value, json};

use super::{LTC_ADDRESS, Play, RECEIVER, SENDER, Told, confirmed};
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
    confirmed(&mut play, "sender", &id, ["action", "confirm-action"], json!({"action": "release"}));
    let claim = json!({"address": LTC_ADDRESS, "crypto": "ltc"});
    confirmed(&mut play, "receiver", &id, ["claim-funds", "confirm-claim"], claim);
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
    confirmed(&mut play, "sender", &id, ["claim-funds", "confirm-claim"], claim.clone());
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
