//! Small writes of many streams at once become one: the first one opens a transaction, and those that come meanwhile share
//! the next.

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
    writing: tokio::sync::Mutex<()>,
}

struct Job {
    /// Fails the whole transaction only if the store does.
    write: Box<Write>,
    fail: Box<dyn FnOnce(&Error) + Send>,
}

type Write = dyn FnOnce(&mut dyn Rows) -> Result<Tell, Error> + Send;

/// Told once everything is written, or couldn't be.
type Tell = Box<dyn FnOnce(Option<&Error>) + Send>;

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
        if !self.shared.ledger.is_file() {
            return self.rows(Access::Batched, |rows, _| work(rows));
        }
        self.check_open()?;
        let told = self.enqueue(work);
        told.await.unwrap_or_else(|_| Err(Error::bug("a write ended without a word")))
    }

    /// The same for whoever doesn't wait.
    pub(super) fn write_later(&self, work: impl FnOnce(&mut dyn Rows) -> Result<(), Error> + Send + 'static) {
        if self.check_open().is_err() {
            // The end of its instance says the same.
            return;
        }
        if self.shared.ledger.is_file() {
            drop(self.enqueue(work));
        } else {
            // In memory nothing fails but what is refused.
            let _ = self.rows(Access::Batched, |rows, _| work(rows));
        }
    }

    fn enqueue<T: Send + 'static>(
        &self,
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
            write: Box::new(move |rows| {
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
            let mut queue = self.shared.feeds.pen().queue();
            queue.push(job);
            queue.len() == 1
        };
        if first && let Ok(handle) = self.environment().handle() {
            // `close` waits for it: then the names of its streams are free for others.
            let (client, under_way) = (self.clone(), self.under_way());
            let flush = async move {
                client.flush().await;
                drop(under_way);
                Ok(())
            };
            drop(runtime::run(&handle, WhenDropped::Detach, flush));
        }
        told
    }

    async fn flush(&self) {
        let pen = self.shared.feeds.pen();
        let _alone = pen.writing.lock().await;
        let jobs = std::mem::take(&mut *pen.queue());
        let (mut told, mut failed) = (Vec::with_capacity(jobs.len()), Vec::with_capacity(jobs.len()));
        let written = self.rows(Access::Batched, |rows, _| {
            let (writes, fails): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.write, job.fail)).unzip();
            failed.extend(fails);
            writes.into_iter().try_for_each(|write| write(rows).map(|tell| told.push(tell)))
        });
        match written {
            Ok(()) => told.into_iter().for_each(|tell| tell(None)),
            Err(error) => failed.into_iter().for_each(|fail| fail(&error)),
        }
    }
}
