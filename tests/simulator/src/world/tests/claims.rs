//! Claims and the transfers that they begin.

use serde_json::{Value, json};

use super::{BTC_ADDRESS, LTC_ADDRESS, Play, Told};

fn claim(play: &mut Play, user: &str, id: &str, address: &str, crypto: &str) -> Told {
    play.ask(user, &format!("POST /trades/{id}/claim-funds"), json!({"address": address, "crypto": crypto}))
}

fn confirmation(challenge: &Value) -> Value {
    json!({
        "address": challenge["address"],
        "crypto": challenge["crypto"],
        "confirmationCode": challenge["confirmationCode"],
    })
}

fn confirm(play: &mut Play, user: &str, id: &str, body: Value) -> Told {
    play.ask(user, &format!("POST /trades/{id}/confirm-claim"), body)
}

/// Claims and confirms; the execution's id.
fn claim_all(play: &mut Play, user: &str, id: &str) -> String {
    let challenge = claim(play, user, id, LTC_ADDRESS, "ltc");
    assert_eq!(challenge.status, 201, "{challenge:?}");
    let told = confirm(play, user, id, confirmation(&challenge.body));
    assert_eq!((told.status, &told.body["status"]), (202, &json!("pending")));
    told.body["executionId"].as_str().unwrap().to_owned()
}

fn kinds(play: &mut Play, id: &str, offset: i64) -> Vec<(String, Value)> {
    let events = play.events("sender", id, offset);
    events
        .into_iter()
        .map(|event| (event["type"].as_str().unwrap().to_owned(), event["changes"].clone()))
        .collect()
}

#[test]
fn a_payout_runs_by_itself_and_closes_the_trade() {
    let mut play = Play::new();
    for (status, user, outcome) in
        [("waitingAddress", "receiver", "released"), ("waitingReturnAddress", "sender", "returned")]
    {
        let id = play.trade(status);
        let offset = play.control(json!({"do": "inspect", "trade": id}))["last_event"].as_i64().unwrap();
        let execution = claim_all(&mut play, user, &id);
        assert_eq!(play.seen("sender", &id)["status"], status, "accepted is not done");
        play.control(json!({"do": "advance", "seconds": 0.02}));
        let told = kinds(&mut play, &id, offset);
        let at = |status: &str| json!({"execution": {"executionId": execution, "status": status}});
        let expected = [
            at("pending"),
            at("processing"),
            at("completed"),
            json!({"status": "completed", "outcome": outcome}),
        ];
        assert_eq!(told.iter().map(|(_, changes)| changes.clone()).collect::<Vec<_>>(), expected);
        assert_eq!(told.last().unwrap().0, "trade.closed");
        assert_eq!(play.get("sender", &format!("/trades/{id}")).refusal(), (404, "not_found"));
        let snapshot = play.get(user, &format!("/trades/{id}/events")).body["events"][0].clone();
        assert_eq!(
            (&snapshot["type"], &snapshot["trade"]["status"]),
            (&json!("trade.snapshot"), &json!("completed"))
        );
        assert!(snapshot["trade"]["settlementTxid"].is_string());
    }
}

#[test]
fn a_reduction_goes_back_and_the_trade_goes_on() {
    let mut play = Play::new();
    let id = play.trade_with(json!({"until": "waitingAction", "amount": "0.123456789012345678"}));
    play.control(json!({"do": "reduce", "trade": id, "amount": "1e-7"}));
    assert_eq!(claim(&mut play, "receiver", &id, LTC_ADDRESS, "ltc").refusal(), (403, "forbidden"));
    claim_all(&mut play, "sender", &id);
    play.control(json!({"do": "advance", "seconds": 1}));
    let told = play.get("sender", &format!("/trades/{id}"));
    assert!(told.answer.body.contains("\"amount\":0.123456689012345678,"), "{told:?}");
    assert_eq!((&told.body["status"], told.body.get("settlementTxid")), (&json!("waitingAction"), None));
    for amount in ["0.123456689012345678", "0", "x"] {
        assert!(
            play.refused(json!({"do": "reduce", "trade": id, "amount": amount})).contains("amount must be")
        );
    }
}

#[test]
fn who_claims_depends_on_the_status() {
    let mut play = Play::new();
    for (status, wrong) in [
        ("waitingAddress", "sender"),
        ("waitingReturnAddress", "receiver"),
        ("waitingReduceAmountAddress", "receiver"),
    ] {
        let id = play.trade(status);
        assert_eq!(
            claim(&mut play, wrong, &id, LTC_ADDRESS, "ltc").refusal(),
            (403, "forbidden"),
            "{status}"
        );
    }
    let id = play.trade("waitingAction");
    assert_eq!(claim(&mut play, "receiver", &id, LTC_ADDRESS, "ltc").refusal(), (409, "wrong_state"));
}

#[test]
fn addresses_and_cryptos_are_checked() {
    let mut play = Play::new();
    let id = play.trade("waitingAddress");
    for address in ["", "nonsense", BTC_ADDRESS, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8"] {
        let told = claim(&mut play, "receiver", &id, address, "ltc");
        assert_eq!((told.refusal(), told.field()), ((422, "invalid_address"), "address"), "{address}");
    }
    let told = claim(&mut play, "receiver", &id, BTC_ADDRESS, "btc");
    assert_eq!((told.refusal(), told.field()), ((422, "unsupported_crypto"), "crypto"));
    let challenge = claim(&mut play, "receiver", &id, LTC_ADDRESS, "ltc").body;
    assert_eq!(challenge.get("btcFeeOptions"), None);
    for (name, value) in [("address", BTC_ADDRESS), ("crypto", "btc"), ("confirmationCode", "guess")] {
        let mut body = confirmation(&challenge);
        body[name] = value.into();
        assert_eq!(
            confirm(&mut play, "receiver", &id, body).refusal(),
            (409, "confirmation_mismatch"),
            "{name}"
        );
    }
    let mut body = confirmation(&challenge);
    body["btcFee"] = json!({"priority": "none", "satPerVbyte": 1});
    let told = confirm(&mut play, "receiver", &id, body);
    assert_eq!((told.refusal(), told.field()), ((422, "invalid_request"), "btcFee"));
    play.control(json!({"do": "advance", "seconds": 60}));
    assert_eq!(
        confirm(&mut play, "receiver", &id, confirmation(&challenge)).refusal(),
        (410, "challenge_expired")
    );
}

#[test]
fn a_btc_fee_comes_back_as_it_was_written() {
    let mut play = Play::new();
    for fee in [
        r#"{"priority":"high","satPerVbyte":12.5}"#,
        r#"{"priority":"medium","satPerVbyte":3}"#,
        r#"{"priority":"none","satPerVbyte":1.0}"#,
    ] {
        let id = play.trade_with(json!({"crypto": "btc", "until": "waitingAddress"}));
        let told = claim(&mut play, "receiver", &id, BTC_ADDRESS, "btc");
        assert!(told.answer.body.contains(fee.trim_end_matches('}')), "offered as a token: {told:?}");
        let route = format!("POST /trades/{id}/confirm-claim");
        let with = |fee: &str| {
            let body = confirmation(&told.body).to_string();
            format!("{},\"btcFee\":{fee}}}", body.trim_end_matches('}'))
        };
        assert_eq!(
            confirm(&mut play, "receiver", &id, confirmation(&told.body)).refusal(),
            (422, "invalid_request")
        );
        let respelt = [
            fee.replace("12.5", "12.50").replace(":3", ":3.0").replace("1.0", "1"),
            fee.replace("\"none\"", "\"high\""),
        ];
        for wrong in respelt.iter().filter(|wrong| *wrong != fee) {
            assert_eq!(
                play.ask_raw("receiver", &route, &with(wrong)).refusal(),
                (422, "invalid_request"),
                "{wrong}"
            );
        }
        let extra = fee.replace('}', ",\"estimatedCostUsd\":1}");
        let told = play.ask_raw("receiver", &route, &with(&extra));
        assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), "btcFee.estimatedCostUsd"));
        assert_eq!(play.ask_raw("receiver", &route, &with(fee)).status, 202);
    }
}

#[test]
fn a_held_execution_does_as_it_is_told() {
    let mut play = Play::new();
    play.control(json!({"do": "settings", "hold_executions": true}));
    let id = play.trade("waitingAddress");
    let first = claim_all(&mut play, "receiver", &id);
    play.control(json!({"do": "advance", "seconds": 3600}));
    assert_eq!(
        claim(&mut play, "receiver", &id, LTC_ADDRESS, "ltc").refusal(),
        (409, "wrong_state"),
        "one at a time"
    );
    play.control(json!({"do": "execution", "trade": id, "status": "processing"}));
    play.control(json!({"do": "execution", "trade": id, "status": "failed", "reason": "out of gas"}));
    let last = play.events("receiver", &id, 0).pop().unwrap();
    let failed = json!({"execution": {"executionId": first, "status": "failed", "reason": "out of gas"}});
    assert_eq!((&last["changes"], &last["trade"]["status"]), (&failed, &json!("waitingAddress")));
    assert!(
        play.refused(json!({"do": "execution", "trade": id, "status": "completed"})).contains("no transfer")
    );

    let second = claim_all(&mut play, "receiver", &id);
    assert_ne!(first, second);
    play.control(json!({"do": "execution", "trade": id, "status": "completed"}));
    assert_eq!(play.events("receiver", &id, 0).pop().unwrap()["changes"]["outcome"], "released");
}

#[test]
fn a_claim_can_be_made_in_discord() {
    let mut play = Play::new();
    let id = play.trade("waitingAddress");
    play.control(json!({"do": "act", "trade": id, "user": "receiver", "act": "claim"}));
    play.control(json!({"do": "advance", "seconds": 1}));
    assert_eq!(play.control(json!({"do": "inspect", "trade": id}))["closed"]["outcome"], "released");
}

#[test]
fn a_code_does_not_outlive_its_status() {
    let mut play = Play::new();
    let id = play.trade("waitingReduceAmountAddress");
    let challenge = claim(&mut play, "sender", &id, LTC_ADDRESS, "ltc").body;
    play.control(json!({"do": "force", "trade": id, "action": "return"}));
    let told = confirm(&mut play, "sender", &id, confirmation(&challenge));
    assert_eq!(told.refusal(), (409, "confirmation_mismatch"), "it was for the reduction");
}
