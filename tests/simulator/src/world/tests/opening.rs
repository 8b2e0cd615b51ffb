//! Trades are created by one of their two people, in a guild and a crypto that are open.

use serde_json::json;

use super::{Play, RECEIVER, SENDER};

const CREATE: &str = "POST /guilds/100000000000000001/trades";

fn body() -> serde_json::Value {
    json!({"crypto": "ltc", "sender": SENDER, "receiver": RECEIVER})
}

#[test]
fn both_people_see_the_new_trade_and_nobody_else_does() {
    let mut play = Play::new();
    let made = play.ask("receiver", CREATE, body());
    assert_eq!(made.status, 201);
    assert_eq!(made.body["tradeId"], 1001);
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 19);
    for user in ["sender", "receiver"] {
        let trade = play.seen(user, &id);
        assert_eq!(trade["status"], "waitingIdentification");
        assert_eq!((&trade["sender"], &trade["receiver"]), (&json!(SENDER), &json!(RECEIVER)));
        assert_eq!((&trade["revision"], &trade["identificationRevision"]), (&json!(7), &json!(3000)));
        assert_eq!(trade["identificationConfirmedBy"], json!([]));
        assert_eq!(trade.get("terms").or(trade.get("address")), None);
    }
    for user in ["stranger", "outsider"] {
        assert_eq!(play.get(user, &format!("/trades/{id}")).refusal(), (404, "not_found"));
        assert_eq!(play.get(user, &format!("/trades/{id}/events")).refusal(), (404, "not_found"));
    }
}

#[test]
fn ids_grow_but_not_by_one() {
    let mut play = Play::new();
    let ids: Vec<i64> = (0..5).map(|_| play.trade("waitingIdentification").parse().unwrap()).collect();
    assert!(ids.is_sorted());
    assert!(ids.windows(2).any(|pair| pair[1] - pair[0] > 1));
}

#[test]
fn wrong_guild_crypto_or_people_are_refused() {
    let mut play = Play::new();
    let closed = play.ask("sender", "POST /guilds/100000000000000002/trades", body());
    assert_eq!(closed.refusal(), (403, "forbidden"));
    assert_eq!(play.ask("sender", "POST /guilds/1/trades", body()).refusal(), (403, "forbidden"));
    assert_eq!(play.ask("stranger", CREATE, body()).refusal(), (403, "forbidden"));

    let with = |name: &str, value: &str| {
        let mut changed = body();
        changed[name] = value.into();
        changed
    };
    assert_eq!(play.ask("sender", CREATE, with("crypto", "doge")).refusal(), (422, "unsupported_crypto"));
    for (other, why) in
        [(SENDER, "the same"), ("200000000000000004", "a bot"), ("200000000000000005", "no member")]
    {
        let told = play.ask("sender", CREATE, with("receiver", other));
        assert_eq!(told.refusal(), (422, "invalid_participants"), "{why}");
        assert_eq!(told.field(), "receiver");
    }
}

#[test]
fn a_crypto_can_be_switched_off() {
    let mut play = Play::new();
    play.control(json!({"do": "set_crypto", "crypto": "ltc", "enabled": false}));
    assert_eq!(play.ask("sender", CREATE, body()).refusal(), (422, "unsupported_crypto"));
    play.control(json!({"do": "set_crypto", "crypto": "ltc", "enabled": true}));
    assert_eq!(play.ask("sender", CREATE, body()).status, 201);
}

#[test]
fn every_crypto_of_the_page_can_be_traded() {
    let mut play = Play::new();
    for crypto in crate::crypto::ALL.iter().map(|crypto| crypto.name) {
        let id = play.trade_with(json!({"crypto": crypto, "until": "completed"}));
        play.control(json!({"do": "settings", "hide_closed": false}));
        assert_eq!(play.seen("sender", &id)["crypto"], crypto);
    }
}

#[test]
fn public_endpoints_need_no_token() {
    let mut play = Play::new();
    for path in ["/servers", "/stats", "/transactions"] {
        let mut request = play.request("sender", &format!("GET {path}"), "");
        request.headers.clear();
        assert_eq!(play.send(request).status, 200, "{path}");
    }
    let servers = play.get("sender", "/servers").body;
    assert_eq!(servers[0]["icon"], json!(null));
    assert!(servers[1]["icon"].is_string());
    let transactions = play.get("sender", "/transactions").answer.body;
    assert!(transactions.contains("\"amount\":1e-7,") && transactions.contains("\"amount\":3,"));
}

#[test]
fn a_closed_trade_shows_in_statistics_and_transactions() {
    let mut play = Play::new();
    let before = play.get("sender", "/stats").body;
    play.trade_with(json!({"until": "completed", "amount": "1e-7"}));
    let held = play.trade("waitingReceive");
    play.control(json!({"do": "close", "trade": held, "outcome": "canceled"}));
    let after = play.get("sender", "/stats").body;
    for (name, more) in [("trades", 2), ("canceledTrades", 1), ("trades24h", 2)] {
        assert_eq!(after[name].as_i64().unwrap() - before[name].as_i64().unwrap(), more, "{name}");
    }
    let told = play.get("sender", "/transactions");
    assert_eq!(told.body.as_array().unwrap().len(), 10);
    assert!(told.answer.body.starts_with("[{\"crypto\":\"ltc\",\"amount\":1e-7,"));
}
