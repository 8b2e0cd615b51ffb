use super::*;
use crate::protocol::fixtures::{row, trade};

/// Method, path and body as they go out.
fn line(request: &Request) -> String {
    [request.method.as_str(), &request.path, request.body.as_deref().unwrap_or_default()]
        .join(" ")
        .trim_end()
        .to_owned()
}

#[test]
fn the_fifteen_requests_go_out_as_the_api_writes_them() {
    let reviewed = trade(
        r#""status":"waitingIdentification","identificationRevision":12,"terms":{"version":"v","sender":{"text":"pay","confirmed":false},"receiver":{"text":"ship","confirmed":false}}"#,
    );
    let (ltc, terms) = (Crypto::Ltc, reviewed.terms().unwrap());
    for (request, expected) in [
        (servers(), "GET /servers"),
        (stats(), "GET /stats"),
        (transactions(), "GET /transactions"),
        (
            open_trade("1", &Crypto::PolUsdce, "2", "3", "key"),
            r#"POST /guilds/1/trades {"crypto":"pol_usdce","sender":"2","receiver":"3"}"#,
        ),
        (super::trade("9"), "GET /trades/9"),
        (events("9", Some(4), 50), "GET /trades/9/events?offset=4&timeout=50"),
        (events("9", None, 1), "GET /trades/9/events?timeout=1"),
        (
            choose_role(&reviewed, Role::Receiver),
            r#"PUT /trades/9/identification {"role":"receiver","revision":12}"#,
        ),
        (
            confirm_identification(&reviewed, "1", "2"),
            r#"POST /trades/9/identification/confirm {"sender":"1","receiver":"2","revision":12}"#,
        ),
        (
            reset_identification(&reviewed),
            r#"POST /trades/9/identification/reset {"sender":null,"receiver":null,"revision":12}"#,
        ),
        (
            set_terms("9", Some("\"fast\"\n"), "v"),
            r#"PUT /trades/9/terms {"text":"\"fast\"\n","version":"v"}"#,
        ),
        (set_terms("9", None, "v"), r#"PUT /trades/9/terms {"text":null,"version":"v"}"#),
        (
            confirm_terms("9", terms),
            r#"POST /trades/9/terms/confirm {"sender":"pay","receiver":"ship","version":"v"}"#,
        ),
        (action("9", Action::Release), r#"POST /trades/9/action {"action":"release"}"#),
        (
            confirm_action("9", Action::Release, "2", "code", "key"),
            r#"POST /trades/9/confirm-action {"action":"release","recipient":"2","confirmationCode":"code"}"#,
        ),
        (claim_funds("9", "ltc1x", &ltc), r#"POST /trades/9/claim-funds {"address":"ltc1x","crypto":"ltc"}"#),
        (
            confirm_claim("9", ("ltc1x", &ltc), "code", None, "key"),
            r#"POST /trades/9/confirm-claim {"address":"ltc1x","crypto":"ltc","confirmationCode":"code"}"#,
        ),
    ] {
        assert_eq!(line(&request), expected);
    }
}

#[test]
fn what_compares_a_revision_is_read_before_it_is_sent_again_and_what_moves_nothing_is_not() {
    let reviewed = trade(
        r#""status":"waitingTermsAcceptance","terms":{"version":"v","sender":{"confirmed":false},"receiver":{"confirmed":false}}"#,
    );
    let comparing = [
        choose_role(&reviewed, Role::Sender),
        confirm_identification(&reviewed, "1", "2"),
        reset_identification(&reviewed),
        set_terms("9", None, "v"),
        confirm_terms("9", reviewed.terms().unwrap()),
    ];
    assert!(comparing.iter().all(|request| request.rule == Rule::CompareAndSet && request.key.is_none()));
    let reading = [
        stats(),
        super::trade("9"),
        events("9", None, 1),
        action("9", Action::Return),
        claim_funds("9", "ltc1x", &Crypto::Ltc),
    ];
    assert!(reading.iter().all(|request| request.rule == Rule::Read && request.key.is_none()));
}

#[test]
fn only_a_poll_is_held_back_by_the_server_and_gets_that_much_longer() {
    assert_eq!(events("9", None, 50).hold, Duration::from_secs(50));
    assert_eq!(super::trade("9").hold, Duration::ZERO);
}

#[test]
fn the_code_of_a_confirmation_is_known_as_secret() {
    for confirm in [
        confirm_action("9", Action::Release, "2", "c0de", "key"),
        confirm_claim("9", ("ltc1x", &Crypto::Ltc), "c0de", None, "key"),
    ] {
        assert_eq!(confirm.secret.as_deref(), Some("c0de"), "{}", confirm.path);
    }
    assert_eq!(action("9", Action::Release).secret, None);
}

#[test]
fn terms_go_back_as_the_tokens_that_came_and_absent_ones_as_null() {
    let reviewed = trade(
        r#""status":"waitingTermsAcceptance","terms":{"version":"v\"1","sender":{"text":"half \ud83d","confirmed":false},"receiver":{"confirmed":false}}"#,
    );
    let request = confirm_terms("9", reviewed.terms().unwrap());
    let body = r#"{"sender":"half \ud83d","receiver":null,"version":"v\"1"}"#;
    assert_eq!(request.body.as_deref(), Some(body));
    let empty = trade(
        r#""status":"waitingTermsAcceptance","terms":{"version":"1","sender":{"text":"","confirmed":false},"receiver":{"confirmed":false}}"#,
    );
    let request = confirm_terms("9", empty.terms().unwrap());
    assert_eq!(request.body.as_deref(), Some(r#"{"sender":"","receiver":null,"version":"1"}"#));
}

#[test]
fn a_fee_rate_goes_back_as_the_token_that_came() {
    let option = r#"{"priority":"high","satPerVbyte":1.50e1,"estimatedCostUsd":2}"#;
    let fee = BtcFeeOption::from_json(option).unwrap();
    let request = confirm_claim("9", ("bc1q", &Crypto::Btc), "code", Some(&fee), "key");
    let body = r#"{"address":"bc1q","crypto":"btc","confirmationCode":"code","btcFee":{"priority":"high","satPerVbyte":1.50e1}}"#;
    assert_eq!((request.body.as_deref(), request.key.as_deref()), (Some(body), Some("key")));
}

#[test]
fn only_calls_that_create_or_move_carry_a_key() {
    let create = open_trade("1", &Crypto::Ltc, "2", "3", "key");
    assert_eq!((create.rule, create.key.as_deref()), (Rule::Create, Some("key")));
    for confirm in [
        confirm_action("9", Action::Return, "1", "c", "key"),
        confirm_claim("9", ("ltc1x", &Crypto::Ltc), "c", None, "key"),
    ] {
        assert_eq!((confirm.rule, confirm.key.as_deref()), (Rule::Keyed, Some("key")));
    }
}

#[test]
fn a_trade_is_opened_again_with_the_bytes_and_the_key_that_were_kept() {
    let first = open_trade("5", &Crypto::Ltc, "1", "2", "kept key");
    let with_body = |body: Option<&str>| {
        let mut kept = row("kept key");
        kept.attempt.body = body.map(str::to_owned);
        kept
    };
    let kept = with_body(first.body.as_deref());
    let again = open_trade_again(&kept).unwrap();
    assert_eq!((again.path.as_str(), &again.body), (first.path.as_str(), &first.body));
    assert_eq!((again.key.as_deref(), again.rule), (Some("kept key"), Rule::Create));
    let written_otherwise = Some(r#"{ "receiver": "2", "sender": "1", "crypto": "ltc" }"#);
    let again = open_trade_again(&with_body(written_otherwise)).unwrap();
    assert_eq!(
        again.body.as_deref(),
        written_otherwise,
        "a key goes with the bytes that it was first sent with"
    );
    let others = [None, Some("{}"), Some(r#"{"crypto":"ltc","sender":"1","receiver":"4"}"#), Some("no JSON")];
    for body in others {
        assert!(open_trade_again(&with_body(body)).is_err(), "{body:?}: other bytes are no replay");
    }
    for odd in ["", "x/../../trades/9/action#"] {
        let mut edited = with_body(first.body.as_deref());
        edited.intent.values.insert("guild".to_owned(), odd.to_owned());
        assert!(open_trade_again(&edited).is_err(), "{odd:?}");
    }
}

#[test]
fn an_id_that_could_change_the_path_is_refused() {
    for id in ["1234567890", "a-b_C", "-", "_", &"9".repeat(64)] {
        assert!(check_id("trade id", id).is_ok(), "{id:?}");
    }
    for id in ["", "9/8", "..", "9?x", "9 ", "9#", "\u{e9}", &"9".repeat(65)] {
        let error = check_id("trade id", id).unwrap_err();
        assert!(error.message().starts_with("trade id: "), "{error}");
    }
}

#[test]
fn public_reads_carry_no_token() {
    assert!(![servers(), stats(), transactions()].iter().any(|request| request.authenticated));
    assert!(super::trade("9").authenticated);
    assert!(open_trade("1", &Crypto::Ltc, "2", "3", "key").authenticated);
}
