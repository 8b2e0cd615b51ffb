//! What many streams write or read at once becomes one transaction: the first one opens it, and those that come meanwhile
//! share the next. So a thousand streams that wake together wait for the store in one thread, not in a thousand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::protocol::rows::Rows;
use crate::runtime::{self, WhenDropped};
use crate::store::Access;

#[derive(Default)]
pub(super) struct Pen {
    queue: Mutex<Vec<Job>>,
    /// One transaction after another, without a thread that waits for each.
    at_work: tokio::sync::Mutex<()>,
}

/// Reading waits for nobody who writes.
#[derive(Default)]
pub(super) struct Pens {
    reads: Pen,
    writes: Pen,
}

struct Job {
    /// Fails the whole transaction only if the store does.
    run: Box<Run>,
    fail: Box<dyn FnOnce(&Error) + Send>,
}

type Run = dyn FnOnce(&mut dyn Rows) -> Result<Tell, Error> + Send;

/// Told once everything is done, or couldn't be.
type Tell = Box<dyn FnOnce(Option<&Error>) + Send>;

impl Pens {
    fn of(&self, access: Access) -> &Pen {
        if access == Access::Read { &self.reads } else { &self.writes }
    }
}

impl Pen {
    fn queue(&self) -> MutexGuard<'_, Vec<Job>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// Writes in the background, soon, and gives the result once it is kept. Dropping the future doesn't undo it. A
    /// decision that refuses must do so before it writes.
    pub(super) async fn write_soon<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Rows) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.soon(Access::Batched, work).await
    }

    /// Reads in the background, soon, without waiting for those who write.
    pub(super) async fn read_soon<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Rows) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.soon(Access::Read, work).await
    }

    async fn soon<T: Send + 'static>(
        &self,
        access: Access,
        work: impl FnOnce(&mut dyn Rows) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        if !self.shared.ledger.is_file() {
            return self.rows(access, |rows, _| work(rows));
        }
        self.check_open()?;
        let told = self.enqueue(access, work);
        told.await.unwrap_or_else(|_| Err(Error::bug("a transaction ended without a word")))
    }

    /// The same for whoever doesn't wait.
    pub(super) fn write_later(&self, work: impl FnOnce(&mut dyn Rows) -> Result<(), Error> + Send + 'static) {
        if self.check_open().is_err() {
            // The end of its instance says the same.
            return;
        }
        if self.shared.ledger.is_file() {
            drop(self.enqueue(Access::Batched, work));
        } else {
            // In memory nothing fails but what is refused.
            let _ = self.rows(Access::Batched, |rows, _| work(rows));
        }
    }

    fn enqueue<T: Send + 'static>(
        &self,
        access: Access,
        work: impl FnOnce(&mut dyn Rows) -> Result<T, Error> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, Error>> {
        let (sender, told) = oneshot::channel();
        let sender = Arc::new(Mutex::new(Some(sender)));
        let tell = move |result| {
            let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
            let _ = sender.map(|sender: oneshot::Sender<_>| sender.send(result));
        };
        let failed = tell.clone();
        let job = Job {
            run: Box::new(move |rows| {
                let result = match work(rows) {
                    Err(error) if error.kind() == ErrorKind::Store => return Err(error),
                    result => result,
                };
                let told: Tell = Box::new(move |error| tell(error.cloned().map_or(result, Err)));
                Ok(told)
            }),
            fail: Box::new(move |error| failed(Err(error.clone()))),
        };
        let first = {
            let mut queue = self.shared.feeds.pens().of(access).queue();
            queue.push(job);
            queue.len() == 1
        };
        if first && let Ok(handle) = self.environment().handle() {
            // `close` waits for it: then the names of its streams are free for others.
            let (client, under_way, on) = (self.clone(), self.under_way(), handle.clone());
            let flush = async move {
                let _alone = client.shared.feeds.pens().of(access).at_work.lock().await;
                let all = client.clone();
                let done = runtime::aside(&on, move || all.flush(access)).await;
                drop(under_way);
                done
            };
            drop(runtime::run(&handle, WhenDropped::Detach, flush));
        }
        told
    }

    fn flush(&self, access: Access) {
        let jobs = std::mem::take(&mut *self.shared.feeds.pens().of(access).queue());
        let (mut told, mut failed) = (Vec::with_capacity(jobs.len()), Vec::with_capacity(jobs.len()));
        let done = self.rows(access, |rows, _| {
            let (runs, fails): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.run, job.fail)).unzip();
            failed.extend(fails);
            runs.into_iter().try_for_each(|run| run(rows).map(|tell| told.push(tell)))
        });
        match done {
            Ok(()) => told.into_iter().for_each(|tell| tell(None)),
            Err(error) => failed.into_iter().for_each(|fail| fail(&error)),
        }
    }
}
