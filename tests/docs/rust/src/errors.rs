//! Errors by what to do about them.

use std::path::Path;
use std::time::Duration;

use autoplus::{Client, Error, ErrorKind, Operation, Timeouts};
use serde_json::json;

use crate::known::until_known;
use crate::other_side::{Folder, SENDER, World, Wrong, ensure};

const PAUSE: Duration = Duration::from_millis(100);

// ANCHOR: by_kind
/// True if the funds were released. False if nothing moved, and it may be tried at the next event.
async fn release(client: &Client, id: &str, tell_a_person: &mut impl FnMut(Error)) -> bool {
    let released = async {
        let challenge = client.request_release(&client.trade(id).await?).await?;
        let name = format!("release:{id}");
        until_known(PAUSE, async || challenge.confirm(Some(&name)).await).await
    };
    let Err(error) = released.await else { return true };
    match error.kind() {
        // The trade moved on: the next event has what stands now.
        ErrorKind::Conflict
        | ErrorKind::ChangedSinceReview
        | ErrorKind::NotFound
        | ErrorKind::ChallengeExpired => {}
        // Passes by itself.
        ErrorKind::Transport
        | ErrorKind::Timeout
        | ErrorKind::Server
        | ErrorKind::RateLimited
        | ErrorKind::OperationInProgress => {}
        // A wrong token, a full disk, a defect: nothing that waiting mends.
        _ => tell_a_person(error),
    }
    false
}
// ANCHOR_END: by_kind

// ANCHOR: keep
/// Without a file as the store: what is unknown is kept by the caller, and settled later.
async fn confirm_once(client: &Client, id: &str, kept: &Path) -> Result<(), Wrong> {
    let challenge = client.request_release(&client.trade(id).await?).await?;
    if let Err(error) = challenge.confirm(None).await {
        let Some(operation) = error.operation() else { return Err(error.into()) };
        std::fs::write(kept, operation.to_json())?;
    }
    Ok(())
}

async fn settle_later(client: &Client, kept: &Path) -> Result<String, Wrong> {
    let operation = Operation::from_json(&std::fs::read_to_string(kept)?)?;
    let settlement = client.resolve(&operation, false).await?;
    Ok(format!("{}: {}", settlement.verdict.as_str(), settlement.message))
}
// ANCHOR_END: keep

pub(crate) async fn run() -> Result<(), Wrong> {
    let (world, folder, mut alarms) = (World::start()?, Folder::new("errors")?, Vec::new());
    let seconds = Duration::from_secs_f64;
    let impatient = Timeouts { attempt: seconds(0.3), call: seconds(0.6), ..Default::default() };
    let client = world.client_with(SENDER, None, impatient)?;
    let (done, moved_on) = (world.open_trade("waitingAction")?, world.open_trade("waitingAction")?);
    let lost = world.open_trade("waitingAction")?;
    let confirm = "POST /trades/{id}/confirm-action";
    let mut alarm = |error: Error| alarms.push(error);

    world.control(json!({ "do": "fault", "on": confirm, "kind": "lost_after", "times": 5 }))?;
    ensure(release(&client, &done, &mut alarm).await, &"not released")?;

    world.control(json!({ "do": "act", "trade": moved_on, "user": "receiver", "act": "return" }))?;
    ensure(!release(&client, &moved_on, &mut alarm).await, &"released what was returned")?;

    world.control(json!({ "do": "fault", "on": confirm, "kind": "lost_after", "times": 99 }))?;
    for (on, skip) in [("GET /trades/{id}", 1), ("GET /trades/{id}/events", 0)] {
        let down =
            json!({ "do": "fault", "on": on, "kind": "status", "status": 503, "times": 99, "skip": skip });
        world.control(down)?;
    }
    let kept = folder.file("unknown.json");
    confirm_once(&client, &lost, &kept).await?;
    world.control(json!({ "do": "calm" }))?;
    let settled = settle_later(&client, &kept).await?;
    ensure(settled.starts_with("done"), &settled)?;

    world.control(json!({ "do": "revoke_token", "token": "sim-token-sender" }))?;
    ensure(!release(&client, &lost, &mut alarm).await, &"released without a token")?;
    let kinds: Vec<ErrorKind> = alarms.iter().map(Error::kind).collect();
    ensure(kinds == [ErrorKind::Authentication], &alarms)?;
    client.close().await;
    world.check()
}
