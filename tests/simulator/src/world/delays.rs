//! Requests that arrived and are not looked at yet. They are done when their time comes, whether or not their client still waits.

use std::collections::BTreeMap;

use tokio::sync::oneshot;

use super::World;
use super::request::Request;
use super::serve::Step;
use super::trade::Millis;

#[derive(Debug)]
struct Delayed {
    request: Request,
    arrived: Millis,
    /// Who waits for the outcome.
    reply: Option<oneshot::Sender<Step>>,
}

/// The waiting requests by the moment when they are due.
#[derive(Debug, Default)]
pub(crate) struct Delays {
    queue: BTreeMap<(Millis, u64), Delayed>,
    count: u64,
}

impl Delays {
    pub(crate) fn next_due(&self) -> Option<Millis> {
        self.queue.first_key_value().map(|((due, _), _)| *due)
    }
}

impl World {
    /// Puts a request off; what it gives will come out of the receiver.
    pub(crate) fn delay(&mut self, request: Request, by: Millis) -> oneshot::Receiver<Step> {
        let (reply, outcome) = oneshot::channel();
        self.put_off(request, by, Some(reply));
        outcome
    }

    /// Puts a request off whose outcome nobody waits for.
    pub(crate) fn delay_unseen(&mut self, request: Request, by: Millis) {
        self.put_off(request, by, None);
    }

    fn put_off(&mut self, request: Request, by: Millis, reply: Option<oneshot::Sender<Step>>) {
        let arrived = self.now();
        self.delays.count += 1;
        self.delays.queue.insert((arrived + by, self.delays.count), Delayed { request, arrived, reply });
    }

    /// Looks at the request that waits longest.
    pub(crate) fn deliver_next(&mut self) {
        let Some((_, Delayed { request, arrived, reply })) = self.delays.queue.pop_first() else { return };
        let step = self.step(&request, arrived);
        let unseen = match reply {
            Some(reply) => reply.send(step).err(),
            None => Some(step),
        };
        if let Some(step) = unseen {
            self.discard(step);
        }
    }
}
