use super::*;
use crate::protocol::fixtures::trade;

const IDENTIFYING: &str = r#""status":"waitingIdentification""#;

fn confirmed_by(users: &str, revision: i64) -> Trade {
    trade(&format!(
        r#"{IDENTIFYING},"identificationConfirmedBy":[{users}],"identificationRevision":{revision}"#
    ))
}

fn terms(version: &str, mine: bool, theirs: &str) -> Trade {
    trade(&format!(
        r#""status":"waitingTermsAcceptance","terms":{{"version":"{version}","sender":{{"text":"pay","confirmed":{mine}}},"receiver":{{"text":"{theirs}","confirmed":false}}}}"#
    ))
}

#[test]
fn a_listed_confirmation_has_landed() {
    let reading =
        read(&confirmed_by("", 1), &Effect::ConfirmIdentification, Some("1"), &confirmed_by("\"1\"", 1));
    assert_eq!(reading, Reading::Landed(vec![]));
}

#[test]
fn terms_that_were_set_since_are_no_part_of_who_trades() {
    let effect = Effect::ConfirmIdentification;
    assert_eq!(
        read(&confirmed_by("", 1), &effect, Some("1"), &terms("a", false, "ship")),
        Reading::Landed(vec![])
    );
}

#[test]
fn nothing_moved_is_open_and_a_moved_revision_is_superseded() {
    let effect = Effect::ConfirmIdentification;
    assert_eq!(read(&confirmed_by("", 1), &effect, Some("1"), &confirmed_by("\"2\"", 1)), Reading::Open);
    let reading = read(&confirmed_by("", 1), &effect, Some("1"), &confirmed_by("\"1\"", 2));
    assert_eq!(reading, Reading::Superseded(vec!["identificationRevision".into()]));
}

#[test]
fn a_status_that_needs_both_proves_our_confirmation() {
    let reading = read(
        &confirmed_by("", 1),
        &Effect::ConfirmIdentification,
        Some("1"),
        &trade(r#""status":"waitingTermsAcceptance""#),
    );
    assert_eq!(reading, Reading::Landed(vec![]));
}

#[test]
fn without_knowing_who_we_are_or_after_the_end_nothing_is_told() {
    let reviewed = confirmed_by("", 1);
    assert_eq!(read(&reviewed, &Effect::ConfirmIdentification, None, &reviewed), Reading::Unknown);
    let over = trade(r#""status":"completed""#);
    assert_eq!(read(&reviewed, &Effect::ConfirmIdentification, Some("1"), &over), Reading::Unknown);
}

#[test]
fn other_terms_under_another_version_are_superseded_by_name() {
    let reading =
        read(&terms("a", false, "ship"), &Effect::ConfirmTerms, Some("1"), &terms("b", false, "keep"));
    assert_eq!(reading, Reading::Superseded(vec!["terms.receiver.text".into(), "terms.version".into()]));
}

#[test]
fn our_text_under_a_new_version_has_landed() {
    let effect = Effect::SetTerms(Some("pay".into()));
    let reviewed = trade(
        r#""status":"waitingTermsAcceptance","terms":{"version":"a","sender":{"confirmed":false},"receiver":{"text":"ship","confirmed":false}}"#,
    );
    assert_eq!(read(&reviewed, &effect, Some("1"), &terms("b", false, "ship")), Reading::Landed(vec![]));
    let reading = read(&reviewed, &effect, Some("1"), &terms("b", false, "keep"));
    assert_eq!(reading, Reading::Landed(vec!["terms.receiver.text".into()]));
}

/// A trade that is identified anew: who has which role, at which revision.
fn roles(sender: &str, receiver: &str, revision: i64) -> Trade {
    trade(&format!(
        r#"{IDENTIFYING},"sender":{sender},"receiver":{receiver},"identificationRevision":{revision}"#
    ))
}

fn landed(fields: &[&str]) -> Reading {
    Reading::Landed(fields.iter().map(|field| (*field).to_owned()).collect())
}

fn superseded(fields: &[&str]) -> Reading {
    Reading::Superseded(fields.iter().map(|field| (*field).to_owned()).collect())
}

#[test]
fn a_role_is_ours_once_we_stand_in_it_at_another_revision() {
    let reviewed = roles("null", "null", 1);
    let effect = Effect::ChooseRole(Role::Sender);
    let read = |current: &Trade| read(&reviewed, &effect, Some("1"), current);
    assert_eq!(read(&roles(r#""1""#, "null", 2)), landed(&[]));
    // The other one's choice came right after ours.
    assert_eq!(read(&roles(r#""1""#, r#""2""#, 3)), landed(&[]));
    assert_eq!(read(&reviewed), Reading::Open);
    for overtaken in [roles(r#""2""#, "null", 2), roles(r#""2""#, r#""1""#, 3), roles("null", "null", 3)] {
        assert_eq!(read(&overtaken), superseded(&["identificationRevision"]));
    }
}

#[test]
fn a_role_at_the_reviewed_revision_is_none_that_this_call_took() {
    let effect = Effect::ChooseRole(Role::Sender);
    let already = roles(r#""1""#, "null", 1);
    assert_eq!(read(&already, &effect, Some("1"), &already), Reading::Open);
}

#[test]
fn whoever_left_a_role_that_was_reviewed_as_theirs_is_named() {
    let reviewed = roles("null", r#""2""#, 1);
    let effect = Effect::ChooseRole(Role::Sender);
    let reading = read(&reviewed, &effect, Some("1"), &roles(r#""1""#, r#""3""#, 2));
    assert_eq!(reading, landed(&["receiver"]));
    let reading = read(&reviewed, &effect, Some("1"), &roles("null", "null", 2));
    assert_eq!(reading, superseded(&["receiver", "identificationRevision"]));
}

#[test]
fn a_reset_has_landed_once_nobody_has_a_role_at_another_revision() {
    let reviewed = roles(r#""1""#, r#""2""#, 1);
    let read = |current: &Trade| read(&reviewed, &Effect::ResetIdentification, Some("1"), current);
    assert_eq!(read(&roles("null", "null", 2)), landed(&[]));
    assert_eq!(read(&reviewed), Reading::Open);
    assert_eq!(read(&roles("null", "null", 1)), Reading::Open);
    // The reset may have landed and roles been chosen since: it can't be told.
    for chosen in [roles(r#""2""#, "null", 3), roles("null", r#""1""#, 3), roles(r#""2""#, r#""1""#, 4)] {
        assert_eq!(read(&chosen), superseded(&["identificationRevision"]));
    }
}

#[test]
fn confirmed_terms_are_ours_only_at_the_reviewed_version() {
    let reviewed = terms("a", false, "ship");
    let read = |user: &str, current: &Trade| read(&reviewed, &Effect::ConfirmTerms, Some(user), current);
    assert_eq!(read("1", &terms("a", true, "ship")), landed(&[]));
    assert_eq!(read("2", &terms("a", true, "ship")), Reading::Open, "that is the other's confirmation");
    assert_eq!(read("1", &terms("a", false, "ship")), Reading::Open);
    assert_eq!(read("1", &terms("b", true, "ship")), superseded(&["terms.version"]));
    assert_eq!(read("3", &terms("a", true, "ship")), Reading::Open, "a stranger confirms nothing");
    // The same version over other words: ours stands, and what differs is said.
    assert_eq!(read("1", &terms("a", true, "keep")), landed(&["terms.receiver.text"]));
}

fn at(status: &str, version: &str) -> Trade {
    trade(&format!(
        r#""status":"{status}","terms":{{"version":"{version}","sender":{{"text":"pay","confirmed":false}},"receiver":{{"text":"ship","confirmed":false}}}}"#
    ))
}

#[test]
fn a_status_that_needs_both_proves_our_confirmation_of_these_terms_alone() {
    let reviewed = terms("a", false, "ship");
    let read = |current: &Trade| read(&reviewed, &Effect::ConfirmTerms, Some("1"), current);
    for status in ["waitingReceive", "waitingAction", "waitingReturnAddress"] {
        assert_eq!(read(&at(status, "a")), landed(&[]), "{status}");
        assert_eq!(read(&at(status, "b")), superseded(&["terms.version", "status"]), "{status}");
    }
    // Back where roles are chosen, or somewhere unheard of: nobody's confirmation shows there.
    for status in ["waitingIdentification", "waitingForGodot"] {
        assert_eq!(read(&at(status, "a")), superseded(&["status"]), "{status}");
    }
}

#[test]
fn a_status_further_on_proves_nothing_about_another_identification() {
    let effect = Effect::ConfirmIdentification;
    let further = trade(r#""status":"waitingTermsAcceptance","identificationRevision":2"#);
    let reading = read(&confirmed_by("", 1), &effect, Some("1"), &further);
    assert_eq!(reading, superseded(&["identificationRevision", "status"]));
}

#[test]
fn text_is_ours_only_under_a_new_version_and_word_by_word() {
    let reviewed = terms("a", false, "ship");
    let read = |wanted: Option<&str>, user: &str, current: &Trade| {
        read(&reviewed, &Effect::SetTerms(wanted.map(str::to_owned)), Some(user), current)
    };
    assert_eq!(read(Some("pay"), "1", &terms("a", false, "ship")), Reading::Open, "it stood there before");
    assert_eq!(read(Some("pay later"), "1", &terms("b", false, "ship")), superseded(&["terms.version"]));
    assert_eq!(read(Some("keep"), "2", &terms("b", false, "keep")), landed(&[]));
    assert_eq!(read(Some("pay"), "3", &terms("b", false, "ship")), superseded(&["terms.version"]));
    let cleared = trade(
        r#""status":"waitingTermsAcceptance","terms":{"version":"b","sender":{"confirmed":false},"receiver":{"text":"ship","confirmed":false}}"#,
    );
    assert_eq!(read(None, "1", &cleared), landed(&[]));
    assert_eq!(read(Some(""), "1", &cleared), superseded(&["terms.version"]), "empty is not absent");
    assert_eq!(read(None, "1", &terms("b", false, "ship")), superseded(&["terms.version"]));
}

#[test]
fn other_people_or_another_crypto_are_named() {
    let reviewed = terms("a", false, "ship");
    let swapped = trade(
        r#""status":"waitingTermsAcceptance","sender":"2","receiver":"1","crypto":"btc","terms":{"version":"a","sender":{"text":"pay","confirmed":false},"receiver":{"text":"ship","confirmed":true}}"#,
    );
    let fields = ["crypto", "sender", "receiver"];
    assert_eq!(read(&reviewed, &Effect::ConfirmTerms, Some("1"), &swapped), landed(&fields));
    let effect = Effect::ConfirmIdentification;
    assert_eq!(differing(&reviewed, &effect, None, &swapped), fields);
    assert_eq!(differing(&reviewed, &Effect::ResetIdentification, None, &swapped), ["crypto"]);
}

#[test]
fn without_knowing_which_text_is_ours_no_changed_text_is_held_against_the_other() {
    let (reviewed, current) = (terms("a", false, "ship"), terms("b", false, "keep"));
    let effect = Effect::SetTerms(Some("keep".into()));
    assert_eq!(differing(&reviewed, &effect, None, &current), Vec::<String>::new());
    assert_eq!(differing(&reviewed, &effect, Some("1"), &current), ["terms.receiver.text"]);
    assert_eq!(differing(&reviewed, &effect, Some("2"), &current), Vec::<String>::new());
}

#[test]
fn what_moved_is_the_value_that_the_call_compares_and_the_status() {
    let reviewed = at("waitingTermsAcceptance", "a");
    let current = trade(
        r#""status":"waitingReceive","identificationRevision":2,"terms":{"version":"b","sender":{"confirmed":true},"receiver":{"confirmed":true}}"#,
    );
    let identified_anew = trade(
        r#""status":"waitingTermsAcceptance","identificationRevision":2,"terms":{"version":"a","sender":{"confirmed":false},"receiver":{"confirmed":false}}"#,
    );
    for effect in [Effect::SetTerms(None), Effect::ConfirmTerms] {
        assert_eq!(moved(&reviewed, &effect, &identified_anew), Vec::<String>::new());
        assert_eq!(moved(&reviewed, &effect, &current), ["terms.version", "status"]);
        assert_eq!(moved(&reviewed, &effect, &reviewed), Vec::<String>::new());
    }
    for effect in
        [Effect::ChooseRole(Role::Sender), Effect::ConfirmIdentification, Effect::ResetIdentification]
    {
        assert_eq!(moved(&reviewed, &effect, &current), ["identificationRevision", "status"]);
        assert_eq!(moved(&reviewed, &effect, &reviewed), Vec::<String>::new());
    }
}

#[test]
fn a_claim_goes_by_crypto_and_status() {
    let reviewed = trade(r#""status":"waitingAddress""#);
    let same = trade(r#""status":"waitingAddress","revision":9,"amount":1"#);
    assert_eq!(claim_fields(&reviewed, &same), Vec::<String>::new());
    let other = trade(r#""status":"waitingAddress","crypto":"btc""#);
    assert_eq!(claim_fields(&reviewed, &other), ["crypto"]);
    let over = trade(r#""status":"completed","crypto":"btc""#);
    assert_eq!(claim_fields(&reviewed, &over), ["crypto", "status"]);
}

#[test]
fn terms_that_read_as_they_were_to_be_set_look_done_whoever_set_them() {
    let current = terms("b", false, "ship");
    let pay = Effect::SetTerms(Some("pay".into()));
    assert!(looks_done(&pay, Some("1"), &current));
    assert!(!looks_done(&pay, Some("2"), &current), "the other side's");
    assert!(!looks_done(&pay, Some("3"), &current) && !looks_done(&pay, None, &current));
    assert!(!looks_done(&Effect::SetTerms(Some("ship".into())), Some("1"), &current));
    assert!(!looks_done(&Effect::ConfirmIdentification, Some("1"), &current));
}
