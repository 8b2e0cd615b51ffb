//! Reads on the thread that waits for them: no other thread has to be woken, twice, for one short answer.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::runtime::{Builder, Runtime};

use crate::client::Client;
use crate::error::Error;
use crate::transport::Transport;

thread_local! {
    /// The connections of the lane that this thread is driving.
    static CURRENT: RefCell<Option<Transport>> = const { RefCell::new(None) };
}

/// The connections to use here, if this thread is driving a lane.
pub(crate) fn current() -> Option<Transport> {
    CURRENT.with_borrow(Clone::clone)
}

/// One client's lane while nobody drives it. There is one: who finds it taken is served by the background thread.
#[derive(Default)]
pub(crate) struct Parked(Mutex<Slot>);

#[derive(Default)]
enum Slot {
    #[default]
    New,
    Free(Box<Driver>),
    Taken,
}

/// What drives calls and their connections, in the process that made it.
struct Driver {
    pid: u32,
    runtime: Option<Runtime>,
    transport: Transport,
}

impl Driver {
    fn new(transport: Transport) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|why| Error::bug(format!("calls can't be driven here: {why}")))?;
        Ok(Self { pid: std::process::id(), runtime: Some(runtime), transport })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        if self.pid == std::process::id() {
            // Never waits, and may be called anywhere.
            runtime.shutdown_background();
        } else {
            // Its descriptors are the parent's.
            std::mem::forget(runtime);
        }
    }
}

impl Parked {
    fn take(&self) -> Slot {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), Slot::Taken)
    }

    fn put(&self, slot: Slot) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = slot;
    }

    /// Lets go of its connections.
    pub(crate) fn close(&self) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*slot, Slot::Free(_)) {
            *slot = Slot::New;
        }
    }
}

/// A client's reads, driven by the thread that has this. What changes something goes on in the background even so.
pub struct Lane {
    client: Client,
    driver: Option<Box<Driver>>,
}

impl Lane {
    /// None while another thread has the client's lane, where there can be none, or for a client that can't be used:
    /// then the call is made as usual, and tells why.
    pub(crate) fn of(client: &Client) -> Option<Self> {
        let transport = client.transport().ok()?;
        let parked = client.lane();
        let driver = match parked.take() {
            Slot::Taken => return None,
            Slot::Free(driver) if driver.pid == std::process::id() => Some(driver),
            Slot::New | Slot::Free(_) => {
                transport.apart().and_then(|apart| Driver::new(apart).ok()).map(Box::new)
            }
        };
        if driver.is_none() {
            parked.put(Slot::New);
        }
        driver.map(|driver| Self { client: client.clone(), driver: Some(driver) })
    }

    /// Goes on with a call until it ended, or until then. Reads of this lane's client run here and end when `call` is dropped.
    pub fn drive<T>(
        &self,
        mut call: Pin<&mut (impl Future<Output = T> + ?Sized)>,
        until: Instant,
    ) -> Poll<T> {
        let Some(Driver { runtime: Some(runtime), transport, .. }) = self.driver.as_deref() else {
            return Poll::Pending;
        };
        // Only while it is polled: what it spawns is none of this thread's.
        let here = poll_fn(|context: &mut Context<'_>| {
            let _driving = Driving::over(transport);
            call.as_mut().poll(context)
        });
        let ended = runtime.block_on(async {
            // Lets a connection that was closed meanwhile, while nobody looked, show that.
            tokio::task::yield_now().await;
            tokio::time::timeout_at(until.into(), here).await
        });
        ended.map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        let driver = self.driver.take().filter(|_| !self.client.is_closed());
        self.client.lane().put(driver.map_or(Slot::New, Slot::Free));
    }
}

struct Driving;

impl Driving {
    fn over(transport: &Transport) -> Self {
        CURRENT.set(Some(transport.clone()));
        Self
    }
}

impl Drop for Driving {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}
