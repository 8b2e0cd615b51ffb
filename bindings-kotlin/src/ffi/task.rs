//! Calls under way on the library's background thread.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use autoplus::{Error, bridge};

use super::answer::Answer;
use super::queue::Queue;
use super::slab::Slab;

/// What a call does.
pub(super) type Work = Pin<Box<dyn Future<Output = Answer> + Send>>;

static CALLS: Mutex<Slab<Call>> = Mutex::new(Slab::new());

/// Where answers go.
pub(super) static ANSWERS: Queue = Queue::new();

/// One that Kotlin may cancel. The lock is taken for as long as it is polled, so that after `cancel` nothing more of it happens.
struct Call {
    work: Arc<Mutex<Option<Work>>>,
    /// Ends the task that polls it, when dropped.
    polling: Option<Box<dyn Send>>,
}

fn calls() -> MutexGuard<'static, Slab<Call>> {
    CALLS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn locked(work: &Mutex<Option<Work>>) -> MutexGuard<'_, Option<Work>> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Goes on with a call; a panic in it is its answer.
pub(super) fn poll(ticket: i64, work: &mut Work, context: &mut Context<'_>) -> Poll<Answer> {
    catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)))
        .unwrap_or_else(|panic| Poll::Ready(Answer::panicked(ticket, &*panic)))
}

/// Begins a call, whose answer comes with this ticket. Gives its number, by which it can be cancelled.
pub(super) fn begin(ticket: i64, work: Work) -> Result<i64, Error> {
    let work = Arc::new(Mutex::new(Some(work)));
    let number = calls().insert(Call { work: work.clone(), polling: None });
    let polling = bridge::spawn(async move {
        let answer = poll_fn(|context| {
            let mut slot = locked(&work);
            let Some(going) = slot.as_mut() else { return Poll::Ready(None) };
            let polled = poll(ticket, going, context);
            if polled.is_ready() {
                *slot = None;
            }
            polled.map(Some)
        });
        if let Some(answer) = answer.await {
            ANSWERS.put(answer);
        }
        let ended = calls().remove(number);
        drop(ended);
        Ok(())
    });
    match polling {
        Ok(polling) => {
            // If it has ended already, there is nothing left to end.
            if let Some(call) = calls().get(number) {
                call.polling = Some(Box::new(polling));
            }
            Ok(number)
        }
        Err(why) => {
            calls().remove(number);
            Err(why)
        }
    }
}

/// Ends a read; a mutation goes on without anybody who waits for it. When this returns, nothing more of the call happens here.
/// Whether that is so: else it had ended already, and its answer is there.
pub(super) fn cancel(number: i64) -> bool {
    let call = calls().remove(number);
    call.is_some_and(|call| {
        let work = locked(&call.work).take();
        work.is_some()
    })
}
