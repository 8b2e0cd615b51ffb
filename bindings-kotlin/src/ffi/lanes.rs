//! Reads that the waiting thread makes itself.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use autoplus::bridge::{self, Lane};

use super::answer::Answer;
use super::calls::{self, method};
use super::slab::Slab;
use super::targets;
use super::task::{self, Work};

static PAUSED: Mutex<Slab<Paused>> = Mutex::new(Slab::new());

/// Goes on with the next look.
struct Paused {
    work: Work,
    lane: Lane,
}

/// How far a call came.
pub(super) enum Got {
    Answer(Answer),
    /// By this number it goes on.
    Paused(i64),
    /// It can't be made on this thread.
    NotHere,
}

fn paused() -> MutexGuard<'static, Slab<Paused>> {
    PAUSED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a call here, if it is a read that ends soon, until it ended or for so many milliseconds.
pub(super) fn get(method: i32, target: i64, arguments: &[u8], milliseconds: i32) -> Got {
    let client = if method == method::TRADE { targets::client(target) } else { None };
    let Some(lane) = client.and_then(|client| bridge::lane(&client)) else { return Got::NotHere };
    match calls::call(method, target, 0, arguments) {
        Ok(work) => drive(Paused { work, lane }, milliseconds),
        Err(refused) => Got::Answer(Answer::of(0, Err::<(), _>(refused))),
    }
}

/// Goes on with one.
pub(super) fn go_on(number: i64, milliseconds: i32) -> Got {
    let call = paused().remove(number);
    call.map_or(Got::NotHere, |call| drive(call, milliseconds))
}

fn drive(mut call: Paused, milliseconds: i32) -> Got {
    let until = Instant::now() + Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
    let Paused { work, lane } = &mut call;
    match lane.drive(pin!(poll_fn(|context| task::poll(0, work, context))), until) {
        Poll::Ready(answer) => Got::Answer(answer),
        Poll::Pending => Got::Paused(paused().insert(call)),
    }
}

/// Nobody waits for it any more.
pub(super) fn cancel(number: i64) {
    let call = paused().remove(number);
    drop(call);
}
