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
use napi::bindgen_prelude::{Either3, FnArgs, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

use crate::challenges::{NativeActionChallenge, NativeClaimChallenge};
use crate::failure::Failure;
use crate::places;
use crate::watch::NativeWatched;

/// How long an ending process waits for mutations under way.
const DRAIN: Duration = Duration::from_secs(10);

/// What a call gives.
pub(crate) enum Value {
    /// JSON that JavaScript reads together with the outcome.
    Json(String),
    /// JSON that stays a text, for what needs to look into it again.
    Text(String),
    /// A JSON list, and for each item in it an object that stays native.
    Native(String, Vec<Native>),
}

impl Value {
    pub(crate) fn nothing() -> Self {
        Self::Json("null".to_owned())
    }
}

pub(crate) type Native = Either3<NativeWatched, NativeActionChallenge, NativeClaimChallenge>;
type Told = FnArgs<(String, Option<Vec<Native>>)>;
type Tell = ThreadsafeFunction<(), (), Told, napi::Status, false, true>;
type Task = Pin<Box<dyn Future<Output = Result<(), autoplus::Error>> + Send>>;

/// What became of calls, as `tell` hears it: a JSON list of each one's number, how it ended and what it gave, one behind the
/// other; and what stays native, in the same order.
#[derive(Default)]
struct Outcomes {
    json: String,
    native: Vec<Native>,
    calls: Vec<u32>,
}

/// How a call ended, to `lib/calls.ts`.
const FAILED: &str = "0";
const GAVE: &str = "1";
const GAVE_NATIVE: &str = "2";

impl Outcomes {
    fn push(&mut self, call: u32, outcome: Result<Value, Failure>) {
        let json = &mut self.json;
        let before = if self.calls.is_empty() { '[' } else { ',' };
        let head = |ended: &str| format!("{before}{call},{ended},");
        match outcome {
            // A great value isn't copied.
            Ok(Value::Json(value)) if self.calls.is_empty() => {
                *json = value;
                json.insert_str(0, &head(GAVE));
            }
            Ok(Value::Json(value)) => {
                json.push_str(&head(GAVE));
                json.push_str(&value);
            }
            Ok(Value::Text(value)) => {
                json.push_str(&head(GAVE));
                places::string(&value, json);
            }
            Ok(Value::Native(values, native)) => {
                json.push_str(&head(GAVE_NATIVE));
                json.push_str(&values);
                self.native.extend(native);
            }
            Err(Failure(error)) => {
                json.push_str(&head(FAILED));
                places::string(&error, json);
            }
        }
        self.calls.push(call);
    }
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
        let (tasks, outcomes) = (Arc::new(Mutex::new(HashMap::new())), Arc::<Mutex<Outcomes>>::default());
        let (running, waiting) = (tasks.clone(), outcomes.clone());
        let tell = tell.build_threadsafe_function::<()>().weak::<true>().build_callback(move |_| {
            let Outcomes { mut json, native, calls } = std::mem::take(&mut *lock(&waiting));
            let mut running = lock(&running);
            for call in &calls {
                running.remove(call);
            }
            json.push(']');
            Ok(FnArgs::from((json, Some(native).filter(|native| !native.is_empty()))))
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
        // No async block: that would have room for the work twice, and all of it is moved to where it runs.
        let task = autoplus::bridge::spawn(AssertUnwindSafe(work).catch_unwind().map(move |outcome| {
            let outcome = outcome.unwrap_or_else(|panic| Err(Failure::panic(&*panic)));
            drop(under_way);
            ended.push(call, outcome);
            Ok(())
        }));
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
    outcomes: Arc<Mutex<Outcomes>>,
}

impl Ended {
    fn push(&self, call: u32, outcome: Result<Value, Failure>) {
        let mut outcomes = lock(&self.outcomes);
        outcomes.push(call, outcome);
        // Those that come before the loop has woken up are told with the first.
        if outcomes.calls.len() == 1 {
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
