//! Roles are chosen, confirmed by both under one revision, or reset.

use serde_json::{Value, json};

use super::{Play, RECEIVER, SENDER};

fn confirmation(trade: &Value) -> Value {
    json!({"sender": trade["sender"], "receiver": trade["receiver"], "revision": trade["identificationRevision"]})
}

fn reset(trade: &Value) -> Value {
    json!({"sender": null, "receiver": null, "revision": trade["identificationRevision"]})
}

#[test]
fn both_confirm_and_the_trade_moves_on() {
    let mut play = Play::new();
    let id = play.trade("waitingIdentification");
    let confirm = format!("POST /trades/{id}/identification/confirm");
    let seen = play.seen("sender", &id);
    let first = play.ask("sender", &confirm, confirmation(&seen));
    assert_eq!((first.status, &first.body["identificationConfirmedBy"]), (200, &json!([SENDER])));
    assert_eq!(first.body["identificationRevision"], 3000);

    let again = play.ask("sender", &confirm, confirmation(&seen));
    assert_eq!(
        (again.status, &again.body["revision"]),
        (200, &first.body["revision"]),
        "nothing new to confirm"
    );

    let second = play.ask("receiver", &confirm, confirmation(&seen));
    assert_eq!(second.body["status"], "waitingTermsAcceptance");
    assert_eq!(second.body["terms"]["sender"], json!({"confirmed": false}));
    let late = play.ask("receiver", &confirm, confirmation(&seen));
    assert_eq!(late.refusal(), (409, "wrong_state"));
    assert_eq!(late.body["details"]["status"], "waitingTermsAcceptance");
}

#[test]
fn stale_revisions_and_wrong_people_are_told_apart() {
    let mut play = Play::new();
    let id = play.trade("waitingIdentification");
    let confirm = format!("POST /trades/{id}/identification/confirm");
    let mut body = json!({"sender": SENDER, "receiver": RECEIVER, "revision": 7});
    assert_eq!(play.ask("sender", &confirm, body.clone()).refusal(), (409, "stale_revision"));
    body["revision"] = 3000.into();
    body["sender"] = RECEIVER.into();
    assert_eq!(play.ask("sender", &confirm, body).refusal(), (409, "confirmation_mismatch"));
}

#[test]
fn a_reset_clears_roles_and_confirmations() {
    let mut play = Play::new();
    let id = play.trade("waitingIdentification");
    play.control(json!({"do": "act", "trade": id, "user": "receiver", "act": "confirm_identification"}));
    let seen = play.seen("sender", &id);
    let told = play.ask("sender", &format!("POST /trades/{id}/identification/reset"), reset(&seen));
    assert_eq!(told.status, 200);
    assert_eq!(told.body.get("sender").or(told.body.get("receiver")), None);
    assert_eq!(
        (&told.body["identificationRevision"], &told.body["identificationConfirmedBy"]),
        (&json!(3001), &json!([]))
    );

    let stale = play.ask("sender", &format!("POST /trades/{id}/identification/reset"), reset(&seen));
    assert_eq!(stale.refusal(), (409, "stale_revision"));
    assert_eq!(stale.body["details"]["identificationRevision"], 3001);

    let early = json!({"sender": SENDER, "receiver": RECEIVER, "revision": 3001});
    let told = play.ask("sender", &format!("POST /trades/{id}/identification/confirm"), early);
    assert_eq!(told.refusal(), (409, "confirmation_mismatch"));
}

#[test]
fn roles_can_be_swapped_after_a_reset() {
    let mut play = Play::new();
    let id = play.trade("waitingIdentification");
    let choose = format!("PUT /trades/{id}/identification");
    let taken = play.ask("sender", &choose, json!({"role": "receiver", "revision": 3000}));
    assert_eq!(taken.refusal(), (409, "wrong_state"));
    play.control(json!({"do": "act", "trade": id, "user": "sender", "act": "reset_identification"}));

    let told = play.ask("sender", &choose, json!({"role": "receiver", "revision": 3001}));
    assert_eq!((&told.body["receiver"], told.body.get("sender")), (&json!(SENDER), None));
    let told = play.ask("receiver", &choose, json!({"role": "receiver", "revision": 3002}));
    assert_eq!(told.refusal(), (409, "wrong_state"), "taken by the other");
    let told = play.ask("sender", &choose, json!({"role": "sender", "revision": 3002}));
    assert_eq!((&told.body["sender"], told.body.get("receiver")), (&json!(SENDER), None), "one role each");
    let told = play.ask("receiver", &choose, json!({"role": "receiver", "revision": 3003}));
    assert_eq!((&told.body["sender"], &told.body["receiver"]), (&json!(SENDER), &json!(RECEIVER)));
    assert_eq!(told.body["identificationRevision"], 3004);
}

#[test]
fn choosing_anything_else_is_no_choice() {
    let mut play = Play::new();
    let id = play.trade("waitingIdentification");
    for role in [json!("buyer"), json!(1), json!(null)] {
        let told = play.ask(
            "sender",
            &format!("PUT /trades/{id}/identification"),
            json!({"role": role, "revision": 3000}),
        );
        assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), "role"));
    }
    let named = json!({"sender": SENDER, "receiver": null, "revision": 3000});
    let told = play.ask("sender", &format!("POST /trades/{id}/identification/reset"), named);
    assert_eq!((told.refusal(), told.field()), ((400, "invalid_request"), "sender"));
}
