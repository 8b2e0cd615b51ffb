use super::*;
use crate::protocol::fixtures::trade;

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
    let reviewed = trade(r#""status":"waitingIdentification""#);
    let keyed = [
        open_trade("1", &Crypto::Ltc, "2", "3", "key"),
        confirm_action("9", Action::Return, "1", "c", "key"),
    ];
    assert_eq!(
        keyed.map(|request| (request.rule, request.key.is_some())),
        [(Rule::Create, true), (Rule::Keyed, true)]
    );
    let others =
        [choose_role(&reviewed, Role::Sender), reset_identification(&reviewed), action("9", Action::Release)];
    assert!(others.iter().all(|request| request.key.is_none()));
}

#[test]
fn public_reads_carry_no_token() {
    assert!(![servers(), stats(), transactions()].iter().any(|request| request.authenticated));
    assert!(super::trade("9").authenticated);
    assert_eq!(events("9", Some(4), 50).path, "/trades/9/events?offset=4&timeout=50");
}
