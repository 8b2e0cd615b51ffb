//! The library's own background thread: calls run on it whoever awaits them, so that a cancelled caller can't
//! cut a mutation in half. Known by process id, because a thread doesn't survive a fork.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

use crate::error::Error;

const THREAD: &str = "autoplus";

static CURRENT: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);

/// The runtime of this process, made at first use. One inherited through a fork is left alone, never used.
pub(crate) fn handle() -> Result<Handle, Error> {
    let mut current = CURRENT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let pid = std::process::id();
    if let Some((owner, runtime)) = *current
        && owner == pid
    {
        return Ok(runtime.handle().clone());
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name(THREAD)
        .enable_all()
        .build()
        .map_err(|why| Error::bug(format!("no background thread could be started: {why}")))?;
    let runtime: &'static Runtime = Box::leak(Box::new(runtime));
    *current = Some((pid, runtime));
    Ok(runtime.handle().clone())
}

/// Waits for something slow, such as a file. On the background thread, other work goes on meanwhile.
pub(crate) fn waiting<T>(wait: impl FnOnce() -> T) -> T {
    let in_background = std::thread::current().name() == Some(THREAD);
    if in_background { tokio::task::block_in_place(wait) } else { wait() }
}

/// Does something slow in a thread that is kept for such work. However many ask, there are no more threads than are at it.
pub(crate) async fn aside<T: Send + 'static>(
    on: &Handle,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    on.spawn_blocking(work).await.map_err(Error::bug)
}

/// What becomes of the work when nobody waits for it any more.
#[derive(Clone, Copy)]
pub(crate) enum WhenDropped {
    /// Reads: stop, and close the socket.
    Abort,
    /// Mutations: go on to the end.
    Detach,
}

/// Runs a future on the background thread. A panic in it becomes an error of kind `Bug`.
pub(crate) fn run<T: Send + 'static>(
    on: &Handle,
    when_dropped: WhenDropped,
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Running<T> {
    Running { task: on.spawn(work), when_dropped }
}

/// Work under way on the background thread; await it on any executor.
pub(crate) struct Running<T> {
    task: JoinHandle<Result<T, Error>>,
    when_dropped: WhenDropped,
}

impl<T> Future for Running<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.task).poll(context).map(|joined| joined.unwrap_or_else(|why| Err(Error::bug(why))))
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        if matches!(self.when_dropped, WhenDropped::Abort) {
            self.task.abort();
        }
    }
}
