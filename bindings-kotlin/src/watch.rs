//! The events of many trades.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Poll, Waker};

use autoplus::{ErrorKind, Watch, Watched};

use crate::failure::{BridgeError, FailureParts};
use crate::ffi::targets::{Number, Target};
use crate::handover::{Batch, Handover, at_least_one};
use crate::models::{EventParts, TradeParts};
use crate::stream::EndParts;

/// A watch. One call of `next` at a time, and beside it one of `work_ready` and `take_work`.
#[derive(uniffi::Object)]
pub struct NativeWatch {
    watch: Watch,
    handover: Mutex<Handover<Watched>>,
    workers: Mutex<Workers>,
    closed: AtomicBool,
    number: OnceLock<Number>,
}

/// What workers are at, by trade, and what waits for one.
#[derive(Default)]
struct Workers {
    waiting: VecDeque<Watched>,
    at: HashMap<String, (i64, Watched)>,
    tickets: i64,
    /// Whoever waits for work that is given back.
    waker: Option<Waker>,
}

/// What a watch gives.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum WatchedParts {
    /// Something happened.
    Event {
        /// What.
        event: Box<EventParts>,
    },
    /// A trade ended.
    Ended {
        /// Its thread id.
        trade_id: String,
        /// How.
        end: EndParts,
        /// As its last event showed it.
        last_known: Option<Box<TradeParts>>,
    },
    /// A trade can't be followed.
    Failed {
        /// Its thread id.
        trade_id: String,
        /// Why.
        failure: Box<FailureParts>,
        /// Whether it left the watch.
        over: bool,
    },
}

/// What one worker is to do.
#[derive(Debug, Clone, uniffi::Record)]
pub struct WorkParts {
    /// By which it is given back.
    pub ticket: i64,
    /// What it is about.
    pub item: WatchedParts,
}

impl From<&Watched> for WatchedParts {
    fn from(watched: &Watched) -> Self {
        match watched {
            Watched::Event(event) => Self::Event { event: Box::new(event.into()) },
            Watched::Ended { trade_id, end, last_known } => Self::Ended {
                trade_id: trade_id.clone(),
                end: end.clone().into(),
                last_known: last_known.as_ref().map(|trade| Box::new(trade.into())),
            },
            Watched::Failed { trade_id, error, over } => Self::Failed {
                trade_id: trade_id.clone(),
                failure: Box::new(error.clone().into()),
                over: *over,
            },
            // The core is of this very version.
            other => Self::Failed {
                trade_id: other.trade_id().to_owned(),
                failure: Box::new(FailureParts::new(ErrorKind::Bug, "a watch gave something unknown")),
                over: false,
            },
        }
    }
}

/// The offset, if it is an event.
fn offset(watched: &Watched) -> Option<i64> {
    match watched {
        Watched::Event(event) => Some(event.offset()),
        _ => None,
    }
}

impl Workers {
    /// Whom to wake, if that work wasn't finished.
    fn give_back(&mut self, trade_id: &str, ticket: i64) -> Option<Waker> {
        self.at.get(trade_id).filter(|(current, _)| *current == ticket)?;
        self.waiting.extend(self.at.remove(trade_id).map(|(_, work)| work));
        self.waker.take()
    }
}

impl NativeWatch {
    pub(crate) fn new(watch: Watch) -> Self {
        Self {
            watch,
            handover: Mutex::default(),
            workers: Mutex::default(),
            closed: AtomicBool::new(false),
            number: OnceLock::new(),
        }
    }

    fn handover(&self) -> MutexGuard<'_, Handover<Watched>> {
        self.handover.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn workers(&self) -> MutexGuard<'_, Workers> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// What comes next, at most so many; none once the watch was closed. It says that what was seen last is finished; what was
    /// taken and not seen comes again. Dropping the future loses nothing.
    pub(crate) async fn next(&self, max: i32, seen: i64) -> Result<Batch<Watched>, BridgeError> {
        self.handover().settle(seen);
        while self.ready(max).await? {
            // None if all of it was of a trade that was removed.
            let taken = self.handover().take(at_least_one(max));
            if !taken.items.is_empty() {
                return Ok(taken);
            }
        }
        Ok(self.handover().end())
    }

    async fn ready(&self, max: i32) -> Result<bool, BridgeError> {
        if self.handover().waits() {
            return Ok(!self.is_closed());
        }
        let items = self.watch.next_batch(at_least_one(max)).await?;
        let any = !items.is_empty();
        self.handover().put(items);
        Ok(any)
    }

    /// What a worker is at and is this, with its ticket.
    fn at_work(&self, trade_id: &str, at: Option<i64>) -> Option<(i64, Watched)> {
        self.workers().at.get(trade_id).filter(|(_, work)| offset(work) == at).cloned()
    }
}

#[uniffi::export]
impl NativeWatch {
    /// Watches one more trade.
    pub fn add(&self, trade_id: String) -> Result<bool, BridgeError> {
        Ok(self.watch.add(&trade_id)?)
    }

    /// Stops watching a trade.
    pub fn remove(&self, trade_id: String) -> bool {
        let removed = self.watch.remove(&trade_id);
        self.handover().drop_all(|watched| watched.trade_id() == trade_id);
        let mut workers = self.workers();
        workers.waiting.retain(|watched| watched.trade_id() != trade_id);
        workers.at.remove(&trade_id);
        removed
    }

    /// The trades that are watched.
    pub fn trades(&self) -> Vec<String> {
        self.watch.trades()
    }

    /// Under which its calls are made.
    pub fn number(self: Arc<Self>) -> i64 {
        self.number.get_or_init(|| Number::of(Target::Watch(Arc::downgrade(&self)))).get()
    }

    /// Waits until there is work for one more worker; false once the watch was closed. Dropping the future loses nothing.
    pub async fn work_ready(&self) -> Result<bool, BridgeError> {
        let mut take = pin!(self.watch.take());
        let taken = poll_fn(|context| {
            let mut workers = self.workers();
            if !workers.waiting.is_empty() {
                return Poll::Ready(None);
            }
            workers.waker = Some(context.waker().clone());
            drop(workers);
            take.as_mut().poll(context).map(Some)
        });
        match taken.await.transpose()? {
            Some(None) => return Ok(false),
            Some(Some(watched)) => self.workers().waiting.push_back(watched),
            None => {}
        }
        Ok(!self.is_closed())
    }

    /// The work that is ready; none if it was of a trade that was removed.
    pub fn take_work(&self) -> Option<WorkParts> {
        let mut workers = self.workers();
        let watched = workers.waiting.pop_front()?;
        workers.tickets += 1;
        let work = WorkParts { ticket: workers.tickets, item: (&watched).into() };
        workers.at.insert(watched.trade_id().to_owned(), (work.ticket, watched));
        Some(work)
    }

    /// That work wasn't finished: somebody else gets it. Does nothing if it was.
    pub fn give_back_work(&self, trade_id: String, ticket: i64) {
        let waker = self.workers().give_back(&trade_id, ticket);
        // Without the lock: what wakes may take at once.
        waker.into_iter().for_each(Waker::wake);
    }

    /// Says that what was taken of this trade, the event with this offset or what is none, is finished.
    pub async fn done(&self, trade_id: String, at: Option<i64>) -> Result<(), BridgeError> {
        if let Some((ticket, work)) = self.at_work(&trade_id, at) {
            self.watch.done(&work).await?;
            let mut workers = self.workers();
            if workers.at.get(&trade_id).is_some_and(|(current, _)| *current == ticket) {
                workers.at.remove(&trade_id);
            }
            return Ok(());
        }
        let is_it = |given: &&Watched| given.trade_id() == trade_id && offset(given) == at;
        let given = self.handover().given().iter().find(is_it).cloned();
        if let Some(given) = given {
            self.watch.done(&given).await?;
            self.handover().finish(|given| given.trade_id() == trade_id && offset(given) <= at);
        }
        Ok(())
    }

    /// Ends the watch and its polls.
    pub fn stop(&self) {
        self.closed.store(true, Ordering::Release);
        self.watch.close();
    }
}
