//! Calls under way: each has a number, runs on the core's own thread, and ends by telling JavaScript its outcome.
//!
//! One queue serves a whole JavaScript environment: all outcomes that wait when its loop wakes up are told at once.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use napi::Env;
use napi::bindgen_prelude::{Either5, FnArgs, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

use crate::challenges::{NativeActionChallenge, NativeClaimChallenge};
use crate::failure::Failure;
use crate::watch::NativeWatched;

/// How long an ending process waits for mutations under way.
const DRAIN: Duration = Duration::from_secs(10);

/// What a call gives: JSON text, several of them, or objects that stay native.
pub(crate) type Value =
    Either5<String, Vec<String>, Vec<NativeWatched>, NativeActionChallenge, NativeClaimChallenge>;
type Told = FnArgs<(Vec<Outcome>,)>;
type Tell = ThreadsafeFunction<(), (), Told, napi::Status, false, true>;
type Task = Pin<Box<dyn Future<Output = Result<(), autoplus::Error>> + Send>>;

/// What became of a call; a failure's value is the error's JSON text.
#[napi(object, object_from_js = false)]
pub struct Outcome {
    pub call: u32,
    pub succeeded: bool,
    pub value: Value,
}

/// The calls of one JavaScript environment.
#[napi]
#[derive(Clone)]
pub struct NativeCalls {
    ended: Arc<Ended>,
    tasks: Arc<Mutex<HashMap<u32, Task>>>,
    mutations: Arc<Mutations>,
}

#[napi]
impl NativeCalls {
    /// `tell(outcomes)` hears of every call that ended.
    #[napi(constructor)]
    pub fn new(env: &Env, tell: Function<'_, Told, ()>) -> napi::Result<Self> {
        let (tasks, outcomes) = (Arc::new(Mutex::new(HashMap::new())), Arc::new(Mutex::new(Vec::new())));
        let (running, waiting) = (tasks.clone(), outcomes.clone());
        let tell = tell.build_threadsafe_function::<()>().weak::<true>().build_callback(move |_| {
            let outcomes: Vec<Outcome> = std::mem::take(&mut *lock(&waiting));
            let mut running = lock(&running);
            for outcome in &outcomes {
                running.remove(&outcome.call);
            }
            Ok(FnArgs::from((outcomes,)))
        })?;
        let mutations = Arc::<Mutations>::default();
        // A worker thread that is terminated runs no JavaScript any more, and the process may end right after it.
        env.add_env_cleanup_hook(mutations.clone(), |mutations| mutations.drain())?;
        Ok(Self { ended: Arc::new(Ended { tell, outcomes }), tasks, mutations })
    }

    /// Ends a read; its outcome is not told any more.
    #[napi]
    pub fn cancel(&self, call: u32) {
        let task = lock(&self.tasks).remove(&call);
        drop(task);
    }

    /// Blocks until no mutation is under way: for the end of the process.
    #[napi]
    pub fn drain(&self) {
        self.mutations.drain();
    }
}

/// What only the tests need. A block of its own: a method alone can't be left out of a release.
#[cfg(debug_assertions)]
#[napi]
impl NativeCalls {
    /// Lets the tests see what becomes of a panic.
    #[napi]
    pub fn panic(&self, call: u32) {
        #[allow(clippy::panic, reason = "that is what it is for")]
        self.read(call, async { panic!("on purpose") });
    }

    /// The same where nothing waits.
    #[napi(catch_unwind)]
    pub fn panic_now(&self) {
        #[allow(clippy::panic, reason = "that is what it is for")]
        {
            panic!("on purpose")
        }
    }
}

impl NativeCalls {
    /// A call that moves nothing: cancelling it, or the end of the environment, stops it.
    pub(crate) fn read(
        &self,
        call: u32,
        work: impl Future<Output = Result<Value, Failure>> + Send + 'static,
    ) {
        self.start(call, None, work);
    }

    /// A call that the core carries to its end whatever becomes of the caller.
    pub(crate) fn mutate(
        &self,
        call: u32,
        work: impl Future<Output = Result<Value, Failure>> + Send + 'static,
    ) {
        self.start(call, Some(UnderWay::new(&self.mutations)), work);
    }

    fn start(
        &self,
        call: u32,
        under_way: Option<UnderWay>,
        work: impl Future<Output = Result<Value, Failure>> + Send + 'static,
    ) {
        let ended = self.ended.clone();
        let task = autoplus::bridge::spawn(async move {
            let outcome = AssertUnwindSafe(work).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|panic| Err(Failure::panic(&*panic)));
            drop(under_way);
            ended.push(call, outcome);
            Ok(())
        });
        match task {
            Ok(task) => {
                lock(&self.tasks).insert(call, Box::pin(task));
            }
            Err(error) => self.ended.push(call, Err(error.into())),
        }
    }
}

/// Outcomes that JavaScript wasn't told yet.
struct Ended {
    tell: Tell,
    outcomes: Arc<Mutex<Vec<Outcome>>>,
}

impl Ended {
    fn push(&self, call: u32, outcome: Result<Value, Failure>) {
        let (succeeded, value) = match outcome {
            Ok(value) => (true, value),
            Err(Failure(json)) => (false, Value::A(json)),
        };
        let mut outcomes = lock(&self.outcomes);
        outcomes.push(Outcome { call, succeeded, value });
        // Those that come before the loop has woken up are told with the first.
        if outcomes.len() == 1 {
            self.tell.call((), ThreadsafeFunctionCallMode::NonBlocking);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many mutations are under way.
#[derive(Default)]
struct Mutations {
    running: Mutex<usize>,
    ended: Condvar,
}

impl Mutations {
    fn drain(&self) {
        let running = lock(&self.running);
        let _ = self.ended.wait_timeout_while(running, DRAIN, |running| *running > 0);
    }
}

struct UnderWay(Arc<Mutations>);

impl UnderWay {
    fn new(mutations: &Arc<Mutations>) -> Self {
        *lock(&mutations.running) += 1;
        Self(mutations.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        *lock(&self.0.running) -= 1;
        self.0.ended.notify_all();
    }
}
