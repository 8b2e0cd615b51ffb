//! How a request is answered, faults and waiting included, whatever carries it.

use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::json::Object;
use crate::shared::Shared;
use crate::world::plans::Fault;
use crate::world::polls::Poll;
use crate::world::refusal::Answer;
use crate::world::request::Request;
use crate::world::serve::Step;

/// An answer on its way to the client.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    /// Names in lower case, each once.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) pace: Pace,
}

/// How a body gets there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    Whole,
    /// It breaks off in the middle.
    Cut,
    /// It drips in over that long.
    Slow(Duration),
}

/// The answer to a request of the API; none where the connection closes without one.
pub(crate) async fn respond(shared: &Shared, request: Request) -> Option<Outgoing> {
    let reception = shared.with(|world| world.receive(request));
    let step = match reception.step {
        Step::Later(outcome) => Late { shared, outcome }.arrive().await?,
        step => step,
    };
    let step = match step {
        Step::Wait(poll) => wait(shared, poll).await,
        step => step,
    };
    let Step::Answer(answer) = step else { return None };
    let pace = match reception.fault {
        Some(Fault::LostAfter) => return None,
        Some(Fault::Slow(milliseconds)) => {
            sleep(Duration::from_millis(milliseconds)).await;
            Pace::Whole
        }
        Some(Fault::CutBody) => Pace::Cut,
        Some(Fault::SlowBody(milliseconds)) => Pace::Slow(Duration::from_millis(milliseconds)),
        Some(Fault::LostBefore) | None => Pace::Whole,
    };
    shared.with(|world| world.record.answered(reception.number, answer.status));
    Some(outgoing(shared, answer, pace))
}

/// The answer to a control command.
pub(crate) fn control(shared: &Shared, command: &[u8]) -> Outgoing {
    let answer = match shared.control(&String::from_utf8_lossy(command)) {
        Ok(result) => Answer::ok(result),
        Err(error) => Answer::new(400, Object::new().with("error", error.as_str())),
    };
    outgoing(shared, answer, Pace::Whole)
}

/// What comes of a request that is looked at later, if its client is still there then.
struct Late<'a> {
    shared: &'a Shared,
    outcome: oneshot::Receiver<Step>,
}

impl Late<'_> {
    async fn arrive(mut self) -> Option<Step> {
        (&mut self.outcome).await.ok()
    }
}

impl Drop for Late<'_> {
    fn drop(&mut self) {
        // It came in the moment in which the client left.
        if let Ok(step) = self.outcome.try_recv() {
            self.shared.with(|world| world.discard(step));
        }
    }
}

/// Frees the poll's slot, also when the client goes away while it waits.
struct Slot<'a> {
    shared: &'a Shared,
    poll: &'a Poll,
    is_over: bool,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.shared.with(|world| match self.is_over {
            true => world.polls.end(self.poll),
            false => world.abandon(self.poll),
        });
    }
}

async fn wait(shared: &Shared, poll: Poll) -> Step {
    let mut slot = Slot { shared, poll: &poll, is_over: false };
    let bell = shared.bell(&poll.trade);
    loop {
        let rung = bell.notified();
        let (step, left) = shared.with(|world| (world.look_again(&poll), world.patience(&poll)));
        if let Some(step) = step {
            slot.is_over = true;
            return step;
        }
        tokio::select! {
            biased;
            () = rung => {}
            () = sleep(Duration::from_millis(left.max(1) as u64)) => {}
        }
    }
}

fn outgoing(shared: &Shared, answer: Answer, pace: Pace) -> Outgoing {
    let usual = [
        ("content-type", Some("application/json; charset=utf-8".to_owned())),
        ("date", shared.with(|world| world.told_date()).map(date)),
    ];
    let usual = usual.into_iter().filter(|(name, _)| !answer.headers.iter().any(|(own, _)| own == name));
    let all = usual.map(|(name, value)| (name.to_owned(), value)).chain(answer.headers.iter().cloned());
    let headers = all.filter_map(|(name, value)| Some((name, value?))).collect();
    Outgoing { status: answer.status, headers, body: answer.body, pace }
}

fn date(moment: i64) -> String {
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_millis(moment.max(0) as u64))
}
