//! The other side changes something between the look and the confirmation.

use std::cell::RefCell;

use autoplus::{Crypto, Error, ErrorKind, Trade};
use serde_json::json;

use crate::other_side::{RECEIVER, SENDER, World, Wrong, ensure, id_of};

thread_local! {
    static SHOWN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn show(line: String) {
    SHOWN.with_borrow_mut(|shown| shown.push(line));
}

fn ask_a_person(reviewed: &Trade, current: &Trade) {
    for (when, trade) in [("was", reviewed), ("now", current)] {
        let text = trade.terms().and_then(|terms| terms.receiver().text());
        show(format!("{when}: {:?}", text.map(|text| text.as_str().to_owned()).unwrap_or_default()));
    }
}

pub(crate) async fn run() -> Result<(), Wrong> {
    let world = World::start()?;
    let id = &id_of(&world.control(json!({
        "do": "open_trade",
        "until": "waitingTermsAcceptance",
        "sender_terms": "0.5 LTC, paid at once",
        "receiver_terms": "refund within a week",
    }))?)?;
    let client = world.client(SENDER, None)?;
    // ANCHOR: confirm
    let trade = client.trade(id).await?; // a person reads both terms of this snapshot, and says yes
    // ANCHOR_END: confirm
    let other =
        json!({ "do": "act", "trade": id, "user": "receiver", "act": "set_terms", "text": "no refunds" });
    world.control(other)?;
    // ANCHOR: confirm
    // sends exactly these two texts and their version
    if let Err(error) = client.confirm_terms(&trade).await {
        let Some(change) = error.change() else { return Err(error.into()) };
        show(format!("not confirmed: {:?} changed; landed: {:?}", change.fields, change.landed));
        ask_a_person(&change.reviewed, &change.current); // a yes confirms change.current, never trade
    }
    // ANCHOR_END: confirm

    // ANCHOR: parties
    let current = client.trade(id).await?;
    let agreed = current.sender() == client.user_id()
        && current.receiver() == Some(RECEIVER)
        && *current.crypto() == Crypto::Ltc;
    if agreed {
        println!("still the trade that was agreed on");
    }
    // ANCHOR_END: parties
    let shown = SHOWN.take();
    ensure(agreed && shown.len() == 3 && shown[0].ends_with("landed: Some(false)"), &shown)?;
    ensure(shown[1..] == [r#"was: "refund within a week""#, r#"now: "no refunds""#], &shown)?;
    ensure(world.effects(id, "confirms")? == 0, &"something was confirmed")?;
    // By its kind it is told apart from a failure.
    let again = client.confirm_terms(&trade).await.map_err(|error: Error| error.kind());
    ensure(again.as_ref().err() == Some(&ErrorKind::ChangedSinceReview), &again)?;
    client.close().await;
    Ok(())
}
