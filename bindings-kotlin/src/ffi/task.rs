//! Calls under way on the library's background thread.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use autoplus::bridge;

use super::answer::Answer;
use super::queue::Queue;
use super::slab::Slab;
use crate::failure::BridgeError;

/// What a call does.
pub(super) type Work = Pin<Box<dyn Future<Output = Answer> + Send>>;

static CALLS: Mutex<Slab<Call>> = Mutex::new(Slab::new());

/// Where answers go.
pub(super) static ANSWERS: Queue = Queue::new();

/// One that Kotlin may cancel.
struct Call {
    work: Arc<Mutex<Shared>>,
    /// The task in the background that polls it, which ends when this is dropped; none if another thread does.
    _polling: Option<Box<dyn Send>>,
}

/// The lock is taken for as long as the work is polled, so that after `cancel` nothing more of it happens.
struct Shared {
    /// None once it ended or was cancelled.
    work: Option<Work>,
    /// Whoever polls it.
    waker: Option<Waker>,
}

/// A call under way; whoever polls it gets its answer. None if it was cancelled.
pub(super) struct Going {
    ticket: i64,
    number: i64,
    work: Arc<Mutex<Shared>>,
}

/// A read, which any thread may make.
pub(super) struct Read {
    /// Of whom.
    pub(super) client: i64,
    pub(super) going: Going,
}

impl Future for Going {
    type Output = Option<Answer>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = locked(&self.work);
        let Some(work) = shared.work.as_mut() else { return Poll::Ready(None) };
        let polled = poll(self.ticket, work, context);
        if polled.is_ready() {
            shared.work = None;
        } else {
            shared.waker = Some(context.waker().clone());
        }
        polled.map(Some)
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        let call = calls().remove(self.number);
        drop(call);
    }
}

fn calls() -> MutexGuard<'static, Slab<Call>> {
    CALLS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn locked(work: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Goes on with a call; a panic in it is its answer.
pub(super) fn poll(ticket: i64, work: &mut Work, context: &mut Context<'_>) -> Poll<Answer> {
    catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)))
        .unwrap_or_else(|panic| Poll::Ready(Answer::panicked(ticket, &*panic)))
}

impl Going {
    /// A call that may be cancelled by its number.
    fn new(ticket: i64, work: Work) -> Self {
        let work = Arc::new(Mutex::new(Shared { work: Some(work), waker: None }));
        let number = calls().insert(Call { work: work.clone(), _polling: None });
        Self { ticket, number, work }
    }

    /// Lets the background thread go on with it.
    pub(super) fn in_background(self) {
        let Self { ticket, number, .. } = self;
        let polling = bridge::spawn(async move {
            if let Some(answer) = self.await {
                ANSWERS.put(answer);
            }
            Ok(())
        });
        match polling {
            // If it has ended already, there is nothing left to end.
            Ok(polling) => {
                if let Some(call) = calls().get_mut(number) {
                    call._polling = Some(Box::new(polling));
                }
            }
            Err(why) => ANSWERS.put(Answer::of(ticket, Err::<(), _>(BridgeError::from(why)))),
        }
    }
}

/// Begins a call in the background, whose answer comes with this ticket. Gives its number.
pub(super) fn begin(ticket: i64, work: Work) -> i64 {
    let going = Going::new(ticket, work);
    let number = going.number;
    going.in_background();
    number
}

/// Lets the thread that fetches answers make a read. Gives its number.
pub(super) fn begin_read(ticket: i64, client: i64, work: Work) -> i64 {
    let going = Going::new(ticket, work);
    let number = going.number;
    ANSWERS.put_read(Read { client, going });
    number
}

/// Ends a read; a mutation goes on without anybody who waits for it. When this returns, nothing more of the call happens here.
/// Whether that is so: else it had ended already, and its answer is there.
pub(super) fn cancel(number: i64) -> bool {
    let call = calls().remove(number);
    call.is_some_and(|call| {
        let mut shared = locked(&call.work);
        let (work, waker) = (shared.work.take(), shared.waker.take());
        drop(shared);
        waker.into_iter().for_each(Waker::wake);
        work.is_some()
    })
}
