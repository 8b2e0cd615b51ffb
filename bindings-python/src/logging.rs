//! What the library logs, for Python's `logging`: it waits in a bounded queue, and a thread of its own hands it over in
//! batches. Whoever logs never waits for Python, and Python's handlers are called with no lock of this library held.

use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use pyo3::prelude::{PyAnyMethods, PyResult, Python};
use tracing_core::field::{Field, Visit};
use tracing_core::subscriber::Interest;
use tracing_core::{Dispatch, Event, Level, LevelFilter, Metadata, Subscriber, dispatcher, span};

use crate::convert::deliver_log;
use crate::process::PerProcess;

/// Lines that may wait; more are dropped and counted.
const KEPT: usize = 1024;
/// For how long it counts what Python said of its levels; after that it is asked again with the next line.
const TRUSTED_FOR: Duration = Duration::from_millis(50);
/// How long the end of the process waits for a handler that is at work.
const PATIENCE: Duration = Duration::from_secs(2);
const OURS: &str = "autoplus";

/// Python's level, the text, its parts by name, and when it was, as Unix time.
type Line = (u32, String, Vec<(&'static str, String)>, f64);

/// Where lines wait for Python.
struct Desk {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    began: Instant,
    /// The lowest level that Python wants, as it said at `asked`, which counts milliseconds since `began`.
    least: AtomicU32,
    asked: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<Line>,
    dropped: u64,
    /// The thread that hands over was started.
    served: bool,
    /// Lines are being handed over.
    busy: bool,
    /// The process ends: nothing is handed over any more.
    over: bool,
}

static DESK: PerProcess<Desk> = PerProcess::new();

fn desk() -> &'static Desk {
    DESK.get(|| Desk {
        waiting: Mutex::default(),
        changed: Condvar::new(),
        began: Instant::now(),
        least: AtomicU32::new(0),
        asked: AtomicU64::new(0),
    })
}

impl Desk {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        self.began.elapsed().as_millis().try_into().unwrap_or(u64::MAX)
    }

    fn wants(&self, level: u32) -> bool {
        let age = self.now().saturating_sub(self.asked.load(Ordering::Relaxed));
        level >= self.least.load(Ordering::Relaxed) || u128::from(age) > TRUSTED_FOR.as_millis()
    }

    fn add(&'static self, line: Line) {
        let mut waiting = self.waiting();
        if waiting.over {
            return;
        }
        if waiting.lines.len() < KEPT {
            waiting.lines.push(line);
        } else {
            waiting.dropped += 1;
        }
        if !waiting.served {
            let serve = move || while self.serve() {};
            waiting.served = thread::Builder::new().name("autoplus-log".into()).spawn(serve).is_ok();
        }
        drop(waiting);
        self.changed.notify_all();
    }

    /// Hands over what comes next; false once there is no Python to hand it to.
    fn serve(&self) -> bool {
        let idle = |waiting: &mut Waiting| waiting.lines.is_empty() || waiting.over;
        let mut waiting =
            self.changed.wait_while(self.waiting(), idle).unwrap_or_else(PoisonError::into_inner);
        waiting.busy = true;
        let (lines, dropped) = (std::mem::take(&mut waiting.lines), std::mem::take(&mut waiting.dropped));
        drop(waiting);
        let handed_over = Python::try_attach(|py| self.hand_over(py, lines, dropped));
        self.end();
        handed_over.is_some()
    }

    fn hand_over(&self, py: Python<'_>, lines: Vec<Line>, dropped: u64) {
        let least: PyResult<u32> = deliver_log(py)
            .and_then(|deliver| deliver.call1((lines, dropped)))
            .and_then(|least| least.extract());
        match least {
            Ok(least) => {
                self.least.store(least, Ordering::Relaxed);
                self.asked.store(self.now(), Ordering::Relaxed);
            }
            Err(error) => error.write_unraisable(py, None),
        }
    }

    fn end(&self) {
        self.waiting().busy = false;
        self.changed.notify_all();
    }

    /// Waits until all is handed over, or patience ends; nothing is handed over after that.
    fn close(&self) {
        let left = |waiting: &mut Waiting| waiting.busy || !waiting.lines.is_empty();
        let waited = self.changed.wait_timeout_while(self.waiting(), PATIENCE, left);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        waiting.over = true;
    }
}

/// At the end of the process: waits for what is still handed over, unless a handler doesn't come back.
pub(crate) fn end(py: Python<'_>) {
    py.detach(|| desk().close());
}

/// Listens to what the library logs. What other libraries in this process log is none of its business.
pub(crate) fn listen() {
    // Only one may listen, and this module is loaded once.
    let _ = dispatcher::set_global_default(Dispatch::new(Listener));
}

struct Listener;

/// The library's events only: spans cost nothing then.
fn concerns(metadata: &Metadata<'_>) -> bool {
    let ours =
        metadata.target().strip_prefix(OURS).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    ours && metadata.is_event() && *metadata.level() <= Level::DEBUG
}

/// As Python counts.
fn number(level: Level) -> u32 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        _ => 10,
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if concerns(metadata) { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        concerns(metadata) && desk().wants(number(*metadata.level()))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::DEBUG)
    }

    fn event(&self, event: &Event<'_>) {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let mut parts = Parts::default();
        event.record(&mut parts);
        let mut text = parts.text;
        for (name, value) in &parts.named {
            let _ = write!(text, " {name}={value}");
        }
        desk().add((number(*event.metadata().level()), text, parts.named, at));
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Parts {
    text: String,
    named: Vec<(&'static str, String)>,
}

impl Visit for Parts {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => value.clone_into(&mut self.text),
            name => self.named.push((name, value.to_owned())),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
