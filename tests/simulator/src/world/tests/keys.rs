//! Keys and challenges where the page is silent: how long, how often, in which order.

use serde_json::{Value, json};

use super::{Play, RECEIVER, SENDER};
use crate::world::request::Request;
use crate::world::serve::Step;

fn switch(play: &mut Play, name: &str, value: Value) {
    let settings = play.control(json!({"do": "settings", name: value}));
    assert_eq!(settings[name], value);
}

fn advance(play: &mut Play, seconds: f64) {
    play.control(json!({"do": "advance", "seconds": seconds}));
}

fn challenge(play: &mut Play, id: &str) -> Value {
    play.ask("sender", &format!("POST /trades/{id}/action"), json!({"action": "release"})).body
}

fn confirmation(play: &mut Play, id: &str, challenge: &Value) -> Request {
    let body = json!({
        "action": "release", "recipient": RECEIVER, "confirmationCode": challenge["confirmationCode"],
    });
    play.request("sender", &format!("POST /trades/{id}/confirm-action"), &body.to_string())
}

fn create(play: &mut Play) -> Request {
    let body = json!({"crypto": "ltc", "sender": SENDER, "receiver": RECEIVER}).to_string();
    play.request("sender", "POST /guilds/100000000000000001/trades", &body)
}

#[test]
fn keys_can_be_forgotten_sooner() {
    let mut play = Play::new();
    switch(&mut play, "keys_kept", json!(60));
    let request = create(&mut play);
    let first = play.send(request.clone()).body;
    advance(&mut play, 59.0);
    assert_eq!(play.send(request.clone()).body, first);
    advance(&mut play, 1.0);
    assert_ne!(play.send(request.clone()).body, first);
    let latest = play.send(request.clone()).body;
    advance(&mut play, 3600.0);
    switch(&mut play, "keys_kept", json!(7200));
    assert_ne!(play.send(request.clone()).body, first, "only what was not forgotten counts again");
    assert_eq!(play.send(request).body, latest);
}

#[test]
fn a_duplicate_in_flight_can_be_a_conflict() {
    for (in_flight, status) in [("process", 201), ("conflict", 409)] {
        for (kind, more) in [("delayed", 0), ("slow", 1)] {
            let mut play = Play::new();
            switch(&mut play, "in_flight", json!(in_flight));
            let on = "POST /guilds/{guildId}/trades";
            play.control(json!({"do": "fault", "on": on, "kind": kind, "seconds": 10}));
            let request = create(&mut play);
            let mut first = play.receive(request.clone()).step;
            assert_eq!(play.world.trades.len(), more, "{kind}");
            let duplicate = play.send(request.clone());
            assert_eq!(duplicate.status, status, "{kind} {in_flight}");
            let other = create(&mut play);
            assert_eq!(play.send(other).status, 201, "another key");
            advance(&mut play, 10.0);
            if let Step::Later(outcome) = &mut first {
                first = outcome.try_recv().unwrap();
            }
            let Step::Answer(first) = first else { panic!("{first:?}") };
            assert_eq!(play.send(request).answer, first, "{kind} {in_flight}: afterwards the key answers");
            assert_eq!(play.world.trades.len(), 2);
        }
    }
}

#[test]
fn both_deliveries_of_a_duplicate_are_in_flight_at_once() {
    let mut play = Play::new();
    switch(&mut play, "in_flight", json!("conflict"));
    let on = "POST /guilds/{guildId}/trades";
    play.control(json!({"do": "fault", "on": on, "kind": "duplicate", "answer": "second"}));
    let request = create(&mut play);
    assert_eq!(play.send(request.clone()).refusal(), (409, "idempotency_conflict"));
    assert_eq!(play.world.trades.len(), 1, "a refusal that proves nothing");
    advance(&mut play, 0.001);
    assert_eq!(play.send(request).status, 201);
}

#[test]
fn two_that_are_delayed_do_not_block_each_other() {
    let mut play = Play::new();
    switch(&mut play, "in_flight", json!("conflict"));
    let on = "POST /guilds/{guildId}/trades";
    play.control(json!({"do": "fault", "on": on, "kind": "delayed", "seconds": 10, "times": 2}));
    let request = create(&mut play);
    let Step::Later(mut first) = play.receive(request.clone()).step else { panic!() };
    advance(&mut play, 5.0);
    let Step::Later(mut second) = play.receive(request).step else { panic!() };
    advance(&mut play, 10.0);
    let answers = [first.try_recv().unwrap(), second.try_recv().unwrap()];
    let [Step::Answer(first), Step::Answer(second)] = answers else { panic!() };
    assert_eq!((first.status, &second), (201, &first));
}

#[test]
fn failed_answers_are_stored_or_not() {
    for (failed_answers, after_refusal, after_failure) in
        [("none", 201, 201), ("refusals", 422, 201), ("all", 422, 500)]
    {
        let mut play = Play::new();
        switch(&mut play, "failed_answers", json!(failed_answers));
        play.control(json!({"do": "set_crypto", "crypto": "ltc", "enabled": false}));
        let request = create(&mut play);
        assert_eq!(play.send(request.clone()).status, 422);
        play.control(json!({"do": "set_crypto", "crypto": "ltc", "enabled": true}));
        assert_eq!(play.send(request).status, after_refusal, "{failed_answers}");
        for processed in [true, false] {
            let on = "POST /guilds/{guildId}/trades";
            let fault =
                json!({"do": "fault", "on": on, "kind": "status", "status": 500, "processed": processed});
            play.control(fault);
            let request = create(&mut play);
            let trades = play.world.trades.len() + usize::from(processed);
            assert_eq!(play.send(request.clone()).status, 500);
            assert_eq!(play.world.trades.len(), trades);
            assert_eq!(play.send(request).status, after_failure, "{failed_answers} {processed}");
        }
    }
}

#[test]
fn only_the_server_itself_stores_failures_and_never_over_a_success() {
    let mut play = Play::new();
    switch(&mut play, "failed_answers", json!("all"));
    let fail = |play: &mut Play, request: &Request, status: u16| {
        let on = "POST /guilds/{guildId}/trades";
        play.control(json!({"do": "fault", "on": on, "kind": "status", "status": status, "processed": true}));
        assert_eq!(play.send(request.clone()).status, status);
        play.send(request.clone()).status
    };
    for (status, again) in [(429, 201), (500, 500), (502, 201), (503, 503), (504, 201)] {
        let request = create(&mut play);
        assert_eq!(fail(&mut play, &request, status), again);
    }
    let request = create(&mut play);
    assert_eq!(play.send(request.clone()).status, 201);
    assert_eq!(fail(&mut play, &request, 500), 201);
}

#[test]
fn a_spent_code_past_its_expiry_is_a_success_or_gone() {
    for (key_lookup, status) in [("first", 200), ("after_expiry", 410)] {
        let mut play = Play::new();
        switch(&mut play, "key_lookup", json!(key_lookup));
        let id = play.trade("waitingAction");
        let challenge = challenge(&mut play, &id);
        let request = confirmation(&mut play, &id, &challenge);
        assert_eq!(play.send(request.clone()).status, 200);
        advance(&mut play, 59.0);
        assert_eq!(play.send(request.clone()).status, 200);
        advance(&mut play, 1.0);
        assert_eq!(play.send(request.clone()).status, status, "{key_lookup}");
        let mut theirs = request;
        theirs.headers.insert("authorization".into(), "Bearer sim-token-receiver".into());
        assert_eq!(play.send(theirs).status, 409, "the code of another means nothing");
    }
}

#[test]
fn expiry_is_checked_on_arrival_or_later() {
    for (expiry_checked, key_lookup, status) in [
        ("arrival", "first", 200),
        ("arrival", "after_expiry", 200),
        ("processing", "first", 410),
        ("processing", "after_expiry", 410),
    ] {
        let mut play = Play::new();
        switch(&mut play, "expiry_checked", json!(expiry_checked));
        switch(&mut play, "key_lookup", json!(key_lookup));
        let id = play.trade("waitingAction");
        let challenge = challenge(&mut play, &id);
        let on = "POST /trades/{id}/confirm-action";
        play.control(json!({"do": "fault", "on": on, "kind": "delayed", "seconds": 90}));
        let request = confirmation(&mut play, &id, &challenge);
        let Step::Later(mut outcome) = play.receive(request).step else { panic!() };
        advance(&mut play, 90.0);
        let Ok(Step::Answer(answer)) = outcome.try_recv() else { panic!() };
        assert_eq!(answer.status, status, "{expiry_checked} {key_lookup}");
        assert_eq!(play.control(json!({"do": "check"})), json!([]));
    }
}

#[test]
fn an_older_challenge_is_void_or_valid() {
    for (older_challenge, live, status) in [("void", 1, 409), ("valid", 2, 200)] {
        let mut play = Play::new();
        switch(&mut play, "older_challenge", json!(older_challenge));
        let id = play.trade("waitingAction");
        let older = challenge(&mut play, &id);
        let newer = challenge(&mut play, &id);
        let seen = play.control(json!({"do": "inspect", "trade": id}));
        assert_eq!(seen["challenges"].as_array().unwrap().len(), live);
        assert_eq!(seen["codes"], json!([older["confirmationCode"], newer["confirmationCode"]]));
        let request = confirmation(&mut play, &id, &older);
        assert_eq!(play.send(request).status, status, "{older_challenge}");
        let request = confirmation(&mut play, &id, &newer);
        assert_eq!(play.send(request).status, if status == 200 { 409 } else { 200 }, "once only");
        assert_eq!(play.control(json!({"do": "check"})), json!([]));
    }
}
