//! Terms are text of the one side, agreed by both, compared unit by unit.

use serde_json::{Value, json};

use super::{Play, RECEIVER};

fn set(play: &mut Play, user: &str, id: &str, text: &str) -> super::Told {
    let version = play.seen(user, id)["terms"]["version"].to_string();
    play.ask_raw(
        user,
        &format!("PUT /trades/{id}/terms"),
        &format!("{{\"text\":{text},\"version\":{version}}}"),
    )
}

fn confirm(play: &mut Play, user: &str, id: &str, sender: &str, receiver: &str) -> super::Told {
    let version = play.seen(user, id)["terms"]["version"].to_string();
    let body = format!("{{\"sender\":{sender},\"receiver\":{receiver},\"version\":{version}}}");
    play.ask_raw(user, &format!("POST /trades/{id}/terms/confirm"), &body)
}

#[test]
fn each_change_is_a_new_version_that_nobody_confirmed() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    let first = play.seen("sender", &id);
    assert_eq!(confirm(&mut play, "receiver", &id, "null", "null").status, 200);
    assert!(play.seen("sender", &id)["terms"]["receiver"]["confirmedAt"].is_i64());
    let told = set(&mut play, "sender", &id, "\"two days\"");
    assert_eq!(told.body["terms"]["sender"], json!({"text": "two days", "confirmed": false}));
    assert_eq!(told.body["terms"]["receiver"], json!({"confirmed": false}));
    assert_ne!(told.body["terms"]["version"], first["terms"]["version"]);

    let old = json!({"text": null, "version": first["terms"]["version"]});
    assert_eq!(
        play.ask("sender", &format!("PUT /trades/{id}/terms"), old).refusal(),
        (409, "stale_revision")
    );
    let cleared = set(&mut play, "sender", &id, "null");
    assert_eq!(cleared.body["terms"]["sender"].get("text"), None);
    let empty = set(&mut play, "sender", &id, "\"\"");
    assert_eq!(empty.body["terms"]["sender"]["text"], "");
}

#[test]
fn both_confirm_and_only_the_sender_gets_the_address() {
    let mut play = Play::new();
    let id = play.trade_with(json!({"until": "waitingTermsAcceptance", "receiver_terms": "no refunds"}));
    assert_eq!(
        confirm(&mut play, "sender", &id, "null", "\"no refunds\"").body["status"],
        "waitingTermsAcceptance"
    );
    let told = confirm(&mut play, "receiver", &id, "null", "\"no refunds\"");
    assert_eq!((&told.body["status"], told.body.get("address")), (&json!("waitingReceive"), None));
    let address = play.seen("sender", &id)["address"].clone();
    assert!(crate::address::is_valid(crate::crypto::Network::Litecoin, address.as_str().unwrap()));
    assert_eq!(confirm(&mut play, "sender", &id, "null", "null").refusal(), (409, "wrong_state"));
}

#[test]
fn other_texts_are_a_mismatch_and_another_version_is_stale() {
    let mut play = Play::new();
    let id = play.trade_with(json!({"until": "waitingTermsAcceptance", "sender_terms": ""}));
    for (sender, receiver, field) in
        [("null", "null", "sender"), ("\"\"", "\"\"", "receiver"), ("\" \"", "null", "sender")]
    {
        let told = confirm(&mut play, "sender", &id, sender, receiver);
        assert_eq!((told.refusal(), told.field()), ((409, "confirmation_mismatch"), field));
    }
    let body = json!({"sender": "", "receiver": null, "version": "another"});
    let told = play.ask("sender", &format!("POST /trades/{id}/terms/confirm"), body);
    assert_eq!(told.refusal(), (409, "stale_revision"));
}

#[test]
fn the_limit_counts_code_units() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    let faces = |count: usize| format!("\"{}\"", "😀".repeat(count));
    assert_eq!(set(&mut play, "sender", &id, &faces(448)).status, 200);
    let told = set(&mut play, "sender", &id, &faces(448).replacen('"', "\"a", 1));
    assert_eq!(told.refusal(), (422, "terms_too_long"));
    assert_eq!(told.body["details"]["length"], 897);
}

#[test]
fn a_lone_surrogate_is_text_like_any_other() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    let told = set(&mut play, "sender", &id, r#""\uD83D""#);
    assert!(told.answer.body.contains(r#""text":"\ud83d""#));
    let version =
        told.answer.body.split("\"version\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = |text: &str| format!("{{\"sender\":{text},\"receiver\":null,\"version\":\"{version}\"}}");
    let route = format!("POST /trades/{id}/terms/confirm");
    assert_eq!(
        play.ask_raw("sender", &route, &body(r#""\ufffd""#)).refusal(),
        (409, "confirmation_mismatch")
    );
    assert_eq!(play.ask_raw("sender", &route, &body(r#""\ud83d""#)).status, 200);
}

#[test]
fn a_patched_text_is_what_must_be_confirmed() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    play.control(json!({"do": "patch", "trade": id, "raw": {"terms.sender.text": "\"\\u0041\\ud83d\""}}));
    let told = play.get("receiver", &format!("/trades/{id}"));
    assert!(told.answer.body.contains(r#""text":"\u0041\ud83d""#), "verbatim");
    let version =
        told.answer.body.split("\"version\":").nth(1).unwrap().split(',').next().unwrap().to_owned();
    let route = format!("POST /trades/{id}/terms/confirm");
    let body = |text: &str| format!("{{\"sender\":{text},\"receiver\":null,\"version\":{version}}}");
    assert_eq!(play.ask_raw("receiver", &route, &body("null")).refusal(), (409, "confirmation_mismatch"));
    assert_eq!(play.ask_raw("receiver", &route, &body(r#""A\ud83d""#)).status, 200);
}

#[test]
fn each_side_sets_its_own() {
    let mut play = Play::new();
    let id = play.trade("waitingTermsAcceptance");
    set(&mut play, "sender", &id, "\"mine\"");
    let told = set(&mut play, "receiver", &id, "\"also mine\"");
    let sides =
        |told: &Value| (told["terms"]["sender"]["text"].clone(), told["terms"]["receiver"]["text"].clone());
    assert_eq!(sides(&told.body), (json!("mine"), json!("also mine")));
    assert_eq!(told.body["receiver"], RECEIVER);
}
