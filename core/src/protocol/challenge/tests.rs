use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn it_works_once_and_for_a_minute() {
    let mut challenge = SingleUse::new(Duration::ZERO, SECOND * 60);
    assert_eq!(challenge.begin(SECOND * 59).unwrap(), Turn::First);
    assert_eq!(challenge.begin(SECOND * 59).unwrap_err().kind(), ErrorKind::OperationInProgress);
    challenge.settled();
    assert_eq!(challenge.begin(SECOND * 59).unwrap_err().kind(), ErrorKind::Invalid);
    challenge.refused(&Error::new(ErrorKind::Forbidden, "").with_answer(403, None, None));
    assert!(challenge.begin(SECOND * 59).is_err());
    challenge.refused(&Error::new(ErrorKind::Transport, "never left"));
    assert_eq!(challenge.begin(SECOND * 59).unwrap(), Turn::First);
    let mut late = SingleUse::new(Duration::ZERO, SECOND * 60);
    assert_eq!(late.begin(SECOND * 60).unwrap_err().kind(), ErrorKind::ChallengeExpired);
}

#[test]
fn an_unsettled_one_may_be_replayed_past_its_expiry_and_not_replaced() {
    let mut challenge = SingleUse::new(Duration::ZERO, SECOND * 60);
    challenge.begin(SECOND).unwrap();
    assert!(!challenge.replace());
    challenge.unsettled();
    assert!(!challenge.replace());
    assert_eq!(challenge.begin(SECOND * 90).unwrap(), Turn::Replay);
}

#[test]
fn a_newer_one_voids_a_fresh_one() {
    let mut challenge = SingleUse::new(Duration::ZERO, SECOND * 60);
    assert!(challenge.replace());
    assert_eq!(challenge.begin(SECOND).unwrap_err().kind(), ErrorKind::ChallengeExpired);
}

#[test]
fn the_lifetime_is_the_servers_own_difference_and_at_most_a_minute() {
    let date = SystemTime::UNIX_EPOCH + SECOND * 1000;
    let at = Timestamp::from_seconds;
    assert_eq!(lifetime(at(1030), Some(date)), SECOND * 30);
    assert_eq!(lifetime(at(9999), Some(date)), SECOND * 60);
    assert_eq!(lifetime(at(900), Some(date)), SECOND * 60);
    assert_eq!(lifetime(at(1000), Some(date)), SECOND * 60);
    assert_eq!(lifetime(at(1001), Some(date)), SECOND);
    assert_eq!(lifetime(at(900), None), SECOND * 60);
}

#[test]
fn a_fee_must_be_one_that_was_offered() {
    let option = |json: &str| BtcFeeOption::from_json(json).unwrap();
    let offered = [option(r#"{"priority":"high","satPerVbyte":1.25e1,"estimatedCostUsd":1}"#)];
    let chosen = |crypto, offered: &[_], fee| {
        offered_fee(crypto, offered, fee).map(|fee| fee.map(|fee| fee.sat_per_vbyte().raw().to_owned()))
    };
    let copy = option(r#"{"priority":"high","satPerVbyte":"12.5"}"#);
    assert_eq!(chosen(&Crypto::Btc, &offered, Some(&copy)).unwrap().as_deref(), Some("1.25e1"));
    assert!(chosen(&Crypto::Btc, &offered, None).is_err());
    let other = option(r#"{"priority":"high","satPerVbyte":12.51}"#);
    assert!(chosen(&Crypto::Btc, &offered, Some(&other)).is_err());
    let slower = option(r#"{"priority":"medium","satPerVbyte":12.5}"#);
    assert!(chosen(&Crypto::Btc, &offered, Some(&slower)).is_err());
    assert!(chosen(&Crypto::Ltc, &[], Some(&copy)).is_err());
    assert!(chosen(&Crypto::Ltc, &offered, None).is_err(), "what was offered is chosen by a person");
    assert!(chosen(&Crypto::Btc, &[], None).is_err());
    assert_eq!(chosen(&Crypto::Ltc, &[], None).unwrap(), None);
}

#[test]
fn a_reply_is_read_with_its_code_and_never_shows_it() {
    let reply = ActionReply::decode(
        r#"{"action":"release","recipient":"2","confirmationCode":"c0de","expiresAt":1060,"new":1}"#,
    )
    .unwrap();
    assert_eq!((reply.action, reply.recipient.as_str()), (Action::Release, "2"));
    assert_eq!((reply.code.reveal(), reply.expires_at.seconds()), ("c0de", 1060));
    let shown = format!("{reply:?}");
    assert!(shown.contains("***") && !shown.contains("c0de"), "{shown}");

    let claim = r#"{"address":"ltc1x","crypto":"ltc","confirmationCode":"c0de","expiresAt":1060}"#;
    let reply = ClaimReply::decode(claim).unwrap();
    assert_eq!((reply.address.as_str(), &reply.crypto), ("ltc1x", &Crypto::Ltc));
    assert_eq!((reply.code.reveal(), reply.expires_at.seconds()), ("c0de", 1060));
    assert!(reply.fee_options.is_empty());
    let shown = format!("{reply:?}");
    assert!(shown.contains("***") && !shown.contains("c0de"), "{shown}");
}

#[test]
fn the_fees_of_a_btc_claim_are_read_in_order() {
    let reply = ClaimReply::decode(
        r#"{"address":"bc1q","crypto":"btc","confirmationCode":"c","expiresAt":1,"btcFeeOptions":[
            {"priority":"high","satPerVbyte":12.5},{"priority":"none","satPerVbyte":1}]}"#,
    )
    .unwrap();
    let names: Vec<_> = reply.fee_options.iter().map(|option| option.priority().as_str()).collect();
    assert_eq!(names, ["high", "none"]);
}

#[test]
fn a_reply_without_one_of_its_fields_is_unreadable() {
    let (action, claim) = (
        r#"{"action":"release","recipient":"2","confirmationCode":"c","expiresAt":1}"#,
        r#"{"address":"a","crypto":"ltc","confirmationCode":"c","expiresAt":1}"#,
    );
    for field in ["action", "recipient", "address", "crypto", "confirmationCode", "expiresAt"] {
        let without = |whole: &str| whole.replace(field, "other");
        assert_eq!(ActionReply::decode(&without(action)).is_err(), action.contains(field), "{field}");
        assert_eq!(ClaimReply::decode(&without(claim)).is_err(), claim.contains(field), "{field}");
    }
    // An action that this version doesn't know never moves money.
    assert!(ActionReply::decode(&action.replace("release", "burn")).is_err());
}

#[test]
fn a_challenge_is_unsettled_until_an_answer_proves_what_became_of_it() {
    let mut challenge = SingleUse::new(Duration::ZERO, SECOND * 60);
    assert!(!challenge.is_unsettled());
    challenge.begin(SECOND).unwrap();
    challenge.unsettled();
    assert!(challenge.is_unsettled() && challenge.spent().is_none());
    challenge.begin(SECOND).unwrap();
    assert!(!challenge.is_unsettled(), "its replay is under way");
    challenge.settled();
    assert_eq!(challenge.spent().unwrap().kind(), ErrorKind::Invalid);
    assert!(challenge.replace(), "a used one stands in nobody's way");
    assert_eq!(challenge.spent().unwrap().kind(), ErrorKind::Invalid);
}

#[test]
fn its_minute_begins_when_it_was_asked_for() {
    let good = |now| SingleUse::new(SECOND * 100, SECOND * 30).begin(now).is_ok();
    assert!(good(SECOND * 129));
    assert!(!good(SECOND * 130));
    assert_eq!(SingleUse::new(SECOND * 100, SECOND * 30).good_until(), SECOND * 130);
}

#[test]
fn a_call_that_is_gone_leaves_its_challenge_unsettled_and_no_other() {
    let mut challenge = SingleUse::new(Duration::ZERO, SECOND * 60);
    challenge.cut_off();
    assert!(!challenge.is_unsettled(), "nothing was sent");
    challenge.begin(SECOND).unwrap();
    challenge.cut_off();
    assert!(challenge.is_unsettled());
    assert_eq!(challenge.begin(SECOND * 90).unwrap(), Turn::Replay);
    challenge.settled();
    challenge.cut_off();
    assert_eq!(challenge.begin(SECOND * 91).unwrap_err().kind(), ErrorKind::Invalid);
}
