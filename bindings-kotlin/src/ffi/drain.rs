//! The thread that fetches answers makes reads of a client itself meanwhile: no other thread has to be woken for them.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use autoplus::bridge::{self, Lane};
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::answer::Answer;
use super::queue::Came;
use super::targets;
use super::task::{ANSWERS, Going, Read};

/// What is under way here, between two calls of `fetch`.
static DRIVING: Mutex<Option<Driving>> = Mutex::new(None);

/// So long nothing may come; then it is looked again.
const HOUR: Duration = Duration::from_secs(3600);

/// One client's reads. While there are some, its lane is taken; other clients' are made in the background.
struct Driving {
    client: i64,
    going: FuturesUnordered<Going>,
    lane: Lane,
}

/// Waits for answers; none if it was woken.
pub(super) fn fetch() -> Vec<Answer> {
    // One thread fetches: the lock is never waited for.
    let mut driving = DRIVING.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let Came { answers, woken, .. } = match driving.as_mut() {
            Some(some) => some.drive(),
            None => {
                let mut came = ANSWERS.wait();
                for read in std::mem::take(&mut came.reads) {
                    begin(&mut driving, read);
                }
                came
            }
        };
        if driving.as_ref().is_some_and(|some| some.going.is_empty()) {
            *driving = None;
        }
        if woken || !answers.is_empty() {
            return answers;
        }
    }
}

/// Here, if it can be made here.
fn begin(driving: &mut Option<Driving>, read: Read) {
    if driving.is_none() {
        let lane = targets::client(read.client).and_then(|client| bridge::lane(&client));
        *driving = lane.map(|lane| Driving { client: read.client, going: FuturesUnordered::new(), lane });
    }
    match driving {
        Some(some) => some.add(read),
        None => read.going.in_background(),
    }
}

impl Driving {
    fn add(&mut self, read: Read) {
        if read.client == self.client {
            self.going.push(read.going);
        } else {
            read.going.in_background();
        }
    }

    /// Goes on until there is something to hand out, or nothing to do.
    fn drive(&mut self) -> Came {
        loop {
            let Self { client, going, lane } = self;
            let client = *client;
            let all = poll_fn(|context| Self::poll(client, going, context));
            if let Poll::Ready(came) = lane.drive(pin!(all), Instant::now() + HOUR) {
                return came;
            }
        }
    }

    fn poll(client: i64, going: &mut FuturesUnordered<Going>, context: &mut Context<'_>) -> Poll<Came> {
        let mut came = ANSWERS.poll(context.waker());
        for read in came.reads.drain(..) {
            if read.client == client { going.push(read.going) } else { read.going.in_background() }
        }
        while let Poll::Ready(Some(ended)) = going.poll_next_unpin(context) {
            came.answers.extend(ended);
        }
        let something = came.woken || !came.answers.is_empty() || going.is_empty();
        if something { Poll::Ready(came) } else { Poll::Pending }
    }
}
