//! Calls under way: each has a number, runs on the core's own thread, and ends by telling JavaScript its outcome.
//!
//! One queue serves a whole JavaScript environment, so many outcomes share one wake-up of its loop.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use napi::bindgen_prelude::{Either3, FnArgs, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

use crate::challenges::{NativeActionChallenge, NativeClaimChallenge};
use crate::failure::Failure;

/// How long an ending process waits for mutations under way.
const DRAIN: Duration = Duration::from_secs(10);

/// What a call gives: JSON text, or an object that stays native.
pub(crate) type Value = Either3<String, NativeActionChallenge, NativeClaimChallenge>;
type Told = FnArgs<(u32, bool, Value)>;
type Tell = ThreadsafeFunction<Done, (), Told, napi::Status, false, true>;
type Task = Pin<Box<dyn Future<Output = Result<(), autoplus::Error>> + Send>>;

struct Done {
    call: u32,
    outcome: Result<Value, Failure>,
}

/// The calls of one JavaScript environment.
#[napi]
#[derive(Clone)]
pub struct NativeCalls {
    tell: Arc<Tell>,
    tasks: Arc<Mutex<HashMap<u32, Task>>>,
    mutations: Arc<Mutations>,
}

#[napi]
impl NativeCalls {
    /// `tell(call, succeeded, value)` hears every outcome; a failure's value is the error's JSON text.
    #[napi(constructor)]
    pub fn new(tell: Function<'_, Told, ()>) -> napi::Result<Self> {
        let tasks = Arc::new(Mutex::new(HashMap::new()));
        let ended = tasks.clone();
        let tell =
            tell.build_threadsafe_function::<Done>().weak::<true>().build_callback(move |context| {
                let Done { call, outcome } = context.value;
                lock(&ended).remove(&call);
                Ok(FnArgs::from(match outcome {
                    Ok(value) => (call, true, value),
                    Err(Failure(json)) => (call, false, Either3::A(json)),
                }))
            })?;
        Ok(Self { tell: Arc::new(tell), tasks, mutations: Arc::default() })
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
        let running = lock(&self.mutations.running);
        let _ = self.mutations.ended.wait_timeout_while(running, DRAIN, |running| *running > 0);
    }

    /// Lets the tests see what becomes of a panic.
    #[cfg(debug_assertions)]
    #[napi]
    pub fn panic(&self, call: u32) {
        #[allow(clippy::panic, reason = "that is what it is for")]
        self.read(call, async { panic!("on purpose") });
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
        let tell = self.tell.clone();
        let task = autoplus::bridge::spawn(async move {
            let ended = AssertUnwindSafe(work).catch_unwind().await;
            let outcome = ended.unwrap_or_else(|panic| Err(Failure::panic(&*panic)));
            drop(under_way);
            tell.call(Done { call, outcome }, ThreadsafeFunctionCallMode::NonBlocking);
            Ok(())
        });
        match task {
            Ok(task) => {
                lock(&self.tasks).insert(call, Box::pin(task));
            }
            Err(error) => {
                let done = Done { call, outcome: Err(error.into()) };
                self.tell.call(done, ThreadsafeFunctionCallMode::NonBlocking);
            }
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
