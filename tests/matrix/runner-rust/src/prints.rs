//! With `MATRIX_PRINTS=FILE`: everything that the library gives out, in every form that Rust has, and every line that
//! it and the crates below it log. `tests/secrets/scan.py` searches it for the secrets in `FILE.codes`.

use std::any::type_name;
use std::error::Error as _;
use std::fmt::Debug;
use std::fs::File;
use std::io::{BufWriter, Result as Written, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use autoplus::{
    ActionChallenge, ClaimChallenge, Client, ClientBuilder, Error, EventStream, FollowedTrade, FundExecution,
    NextStep, OpenedTrade, Operation, Server, Settlement, Stats, StreamEnd, StreamNote, StreamNotes,
    StreamStats, Trade, TradeEvent, Transaction, Watch, Watched,
};
use autoplus_simulator::Simulator;
use serde::Serialize;
use serde_json::{Value, json};

struct Prints {
    shown: Mutex<BufWriter<File>>,
    secrets: Mutex<File>,
    count: AtomicUsize,
}

static PRINTS: OnceLock<Prints> = OnceLock::new();

/// Begins to print, if the environment says so.
pub(crate) fn open() -> Result<(), String> {
    let Some(path) = std::env::var_os("MATRIX_PRINTS") else { return Ok(()) };
    let create = |path: &Path| File::create(path).map_err(|why| format!("{}: {why}", path.display()));
    let mut codes = path.clone();
    codes.push(".codes");
    let prints = Prints {
        shown: Mutex::new(BufWriter::new(create(path.as_ref())?)),
        secrets: Mutex::new(create(codes.as_ref())?),
        count: AtomicUsize::new(0),
    };
    PRINTS.set(prints).map_err(|_| "prints are open already".to_owned())?;
    let log = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    log.with_ansi(false).with_writer(|| Log).try_init().map_err(|why| why.to_string())
}

/// How much was printed; none if nothing is to be.
pub(crate) fn count() -> Option<usize> {
    PRINTS.get().map(|prints| prints.count.load(Ordering::Relaxed))
}

pub(crate) fn begin(scenario: &str) {
    if let Some(prints) = PRINTS.get() {
        prints.write(format!("=== scenario {scenario}\n").as_bytes());
    }
}

/// Prints the value, and gives it back.
pub(crate) fn shown<T: Forms>(value: T) -> T {
    if let Some(prints) = PRINTS.get() {
        prints.count.fetch_add(1, Ordering::Relaxed);
        let kind = type_name::<T>().replace("autoplus::", "");
        let always = [("{:?}", format!("{value:?}")), ("{:#?}", format!("{value:#?}"))];
        for (form, text) in always.into_iter().chain(value.more()) {
            prints.write(format!("--- {kind} {form}\n{text}\n").as_bytes());
        }
    }
    value
}

/// Prints all files of a folder: stores that are in use, with what SQLite keeps beside them.
pub(crate) fn files(folder: &Path) -> Result<(), String> {
    let Some(prints) = PRINTS.get() else { return Ok(()) };
    for entry in std::fs::read_dir(folder).map_err(|why| why.to_string())? {
        let path = entry.map_err(|why| why.to_string())?.path();
        let bytes = std::fs::read(&path).map_err(|why| why.to_string())?;
        prints.write(&[b"--- file bytes\n", bytes.as_slice(), b"\n"].concat());
    }
    Ok(())
}

/// Tells the secrets of a scenario that is over: what the scan must not find.
pub(crate) fn end(scenario: &str, simulator: &Simulator) -> Result<(), String> {
    let Some(prints) = PRINTS.get() else { return Ok(()) };
    let mut codes = Vec::new();
    for trade in list(&simulator.control(&json!({"do": "trades"}))?) {
        let inspected = simulator.control(&json!({"do": "inspect", "trade": trade["id"]}))?;
        codes.extend(list(&inspected["codes"]));
    }
    if std::env::var_os("MATRIX_PLANT_LEAK").is_some() {
        codes.first().map(|code| shown(Planted { confirmation_code: code.to_string() }));
    }
    let users = simulator.control(&json!({"do": "world"}))?["users"].clone();
    let tokens: Vec<_> = users.as_object().into_iter().flat_map(|users| users.values()).collect();
    let tokens: Vec<_> = tokens.iter().map(|user| &user["token"]).filter(|token| token.is_string()).collect();
    let line = json!({"scenario": scenario, "codes": codes, "tokens": tokens});
    let mut secrets = prints.secrets.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(secrets, "{line}").map_err(|why| why.to_string())?;
    prints.shown.lock().unwrap_or_else(PoisonError::into_inner).flush().map_err(|why| why.to_string())
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

impl Prints {
    fn write(&self, bytes: &[u8]) {
        let mut file = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(bytes).unwrap_or_else(|why| panic!("the prints can't be written: {why}"));
    }
}

/// A line of the log.
struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> Written<usize> {
        if let Some(prints) = PRINTS.get() {
            prints.write(&[b"--- log trace\n", line].concat());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> Written<()> {
        Ok(())
    }
}

/// What a type can be turned into besides `Debug`.
pub(crate) trait Forms: Debug {
    fn more(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

fn serialised(value: &impl Serialize) -> (&'static str, String) {
    ("serde", serde_json::to_string(value).unwrap_or_else(|why| why.to_string()))
}

macro_rules! forms {
    ($($type:ty),+) => { $(impl Forms for $type {})+ };
    ($($type:ty),+; serde) => { $(impl Forms for $type {
        fn more(&self) -> Vec<(&'static str, String)> {
            vec![serialised(self)]
        }
    })+ };
    ($($type:ty),+; serde and to_json) => { $(impl Forms for $type {
        fn more(&self) -> Vec<(&'static str, String)> {
            vec![serialised(self), ("to_json", self.to_json())]
        }
    })+ };
}

forms!(
    ClientBuilder,
    Client,
    ActionChallenge,
    ClaimChallenge,
    EventStream,
    Watch,
    Option<StreamEnd>,
    StreamNotes,
    StreamStats,
    u64
);
forms!(NextStep, String, bool, Planted; serde);
forms!(Server, Stats, Transaction, OpenedTrade, Trade, FundExecution, TradeEvent, Operation; serde and to_json);

impl<T: Forms> Forms for Vec<T> {
    fn more(&self) -> Vec<(&'static str, String)> {
        self.iter().flat_map(Forms::more).collect()
    }
}

impl<T: Forms> Forms for Arc<T> {
    fn more(&self) -> Vec<(&'static str, String)> {
        self.as_ref().more()
    }
}

impl Forms for Watched {
    fn more(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Event(event) => event.more(),
            Self::Ended { last_known, .. } => last_known.iter().flat_map(Forms::more).collect(),
            Self::Failed { error, .. } => error.more(),
            _ => Vec::new(),
        }
    }
}

impl Forms for FollowedTrade {
    fn more(&self) -> Vec<(&'static str, String)> {
        self.error.iter().flat_map(Forms::more).collect()
    }
}

impl Forms for StreamNote {
    fn more(&self) -> Vec<(&'static str, String)> {
        self.change.error().into_iter().flat_map(Forms::more).collect()
    }
}

impl Forms for Settlement {
    fn more(&self) -> Vec<(&'static str, String)> {
        vec![("to_json", self.to_json())]
    }
}

impl Forms for Error {
    fn more(&self) -> Vec<(&'static str, String)> {
        let causes = std::iter::successors(self.source(), |&cause| cause.source());
        let causes = causes.map(|cause| ("source", format!("{cause} {cause:?}")));
        let told = [("{}", self.to_string()), ("{:#}", format!("{self:#}")), ("to_json", self.to_json())];
        let operation = self.operation().into_iter().flat_map(Forms::more);
        told.into_iter().chain(causes).chain(operation).collect()
    }
}

/// With `MATRIX_PLANT_LEAK=1`: a code that is printed on purpose, to see that the scan finds it.
#[derive(Debug, Serialize)]
struct Planted {
    confirmation_code: String,
}
