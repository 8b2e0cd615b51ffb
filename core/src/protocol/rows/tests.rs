use super::*;
use crate::protocol::fixtures::{attempt, claiming, create, issued, release, row};

fn states() -> [State; 5] {
    let result = || String::from(r#"{"id":"9"}"#);
    [
        State::Running { replay: false },
        State::Running { replay: true },
        State::Unknown,
        State::Accepted { result: result() },
        State::Done { result: result() },
    ]
}

#[test]
fn a_kind_is_called_the_same_everywhere() {
    let kinds = [Kind::OpenTrade, Kind::Release, Kind::Return, Kind::Claim];
    assert_eq!(kinds.map(Kind::as_str), ["open_trade", "release", "return", "claim"]);
    for kind in kinds {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
}

#[test]
fn a_release_and_a_return_confirm_the_action_that_was_asked_for() {
    for (kind, action) in [(Kind::Release, Action::Release), (Kind::Return, Action::Return)] {
        assert_eq!((kind.action(), Kind::from(action)), (Some(action), kind));
    }
    for kind in [Kind::OpenTrade, Kind::Claim] {
        assert_eq!(kind.action(), None, "{kind:?}");
    }
}

#[test]
fn only_what_may_still_take_effect_is_open_and_only_what_is_done_needs_no_more_waiting() {
    let told = states().map(|state| (state.as_str(), state.is_open(), state.is_pending()));
    let expected = [
        ("running", true, true),
        ("running", true, true),
        ("unknown", true, true),
        ("accepted", false, true),
        ("done", false, false),
    ];
    assert_eq!(told, expected);
    for state in states() {
        assert_eq!(serde_json::to_value(&state).unwrap()["state"], state.as_str());
    }
}

#[test]
fn a_row_survives_being_kept_and_may_hold_what_a_later_version_added() {
    let confirmed = Attempt { body: None, challenge: Some(issued()), ..attempt("k") };
    for (intent, attempt) in
        [(create("2"), attempt("k")), (release(), confirmed.clone()), (claiming("ltc1x"), confirmed)]
    {
        for state in states() {
            let kept =
                Row { intent: intent.clone(), attempt: attempt.clone(), state, sends: 3, ..row("payout") };
            let json = serde_json::to_string(&kept).unwrap();
            assert_eq!(serde_json::from_str::<Row>(&json).unwrap(), kept, "{json}");
            let newer = format!(r#"{{"later":{{"state":"odd"}},{}"#, &json[1..]);
            assert_eq!(serde_json::from_str::<Row>(&newer).unwrap(), kept, "{newer}");
        }
    }
}

#[test]
fn the_names_in_a_kept_row_are_stable() {
    let attempt = Attempt { body: None, challenge: Some(issued()), ..attempt("k") };
    let kept = Row { intent: claiming("ltc1x"), attempt, state: State::Unknown, ..row("payout") };
    let expected = serde_json::json!({
        "name": "payout", "kind": "claim", "tradeId": "9", "values": { "address": "ltc1x" },
        "idempotencyKey": "k", "token": "token", "begunAtMillis": 1_700_000_000_000_i64,
        "challenge": {
            "expiresAt": 1060, "dated": 1000, "attempt": 20_000,
            "status": "waitingAddress", "revision": 7, "offset": 4, "foreign": ["old"],
        },
        "state": "unknown", "known": true, "account": "1", "owner": "here", "generation": 1, "sends": 1,
    });
    assert_eq!(serde_json::to_value(&kept).unwrap(), expected);
}

#[test]
fn what_an_earlier_version_left_out_counts_as_nothing() {
    let json = r#"{"name":"a","kind":"release","tradeId":"9","values":{},"idempotencyKey":"k","token":"t","begunAtMillis":1,"challenge":{"expiresAt":1060,"attempt":20000,"status":"waitingAction","revision":7},"state":"unknown","known":true,"account":"1","owner":"x","generation":1}"#;
    let kept: Row = serde_json::from_str(json).unwrap();
    let challenge = kept.attempt.challenge.unwrap();
    assert_eq!((kept.sends, kept.attempt.body), (0, None));
    assert_eq!((challenge.death.dated, challenge.offset, challenge.foreign), (None, None, vec![]));
    for odd in [json.replace("release", "stake"), json.replace("\"unknown\"", "\"odd\"")] {
        assert!(serde_json::from_str::<Row>(&odd).is_err(), "{odd}: nobody knows what that may have moved");
    }
}
