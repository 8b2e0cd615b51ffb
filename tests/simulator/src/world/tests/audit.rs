//! The second look at accepted confirmations, and invariants under random moves.

use serde_json::json;

use super::{LTC_ADDRESS, Play, RECEIVER, SENDER, confirmed};
use crate::world::audit::Before;
use crate::world::call::Call;
use crate::world::effects::Deed;

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
    assert_eq!(confirmed(&mut play, "receiver", &id, ["claim-funds", "confirm-claim"], claim).status, 202);
    assert_eq!(play.control(json!({"do": "check"})), json!([]));
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
        assert_eq!(play.control(json!({"do": "check"})), json!([]), "seed {seed}");
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
