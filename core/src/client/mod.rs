//! The public API: build a request, drive it, hand out the result.

mod call;
mod claims;
mod confirmation;
mod events;
mod funds;
mod held;
mod ledger;
mod public;
mod pulling;
mod recovery;
mod review;
mod settle;
mod streams;
mod trades;
mod wait;
mod watch;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, Weak};
use std::time::Duration;

use hyper::header::HeaderValue;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use crate::config::ClientBuilder;
use crate::environment::{Environment, hex};
use crate::error::{Error, ErrorKind};
use crate::lane::Parked;
use crate::model::Trade;
use crate::protocol::assumptions::DRAIN;
use crate::protocol::challenge::SingleUse;
use crate::protocol::latch::Latch;
use crate::protocol::next_step::{NextStep, next_step};
use crate::protocol::operations;
use crate::protocol::request::check_id;
use crate::runtime::{self, WhenDropped};
use crate::store::{self, Access};
use crate::transport::Transport;
use ledger::Ledger;
use streams::Feeds;

pub use claims::ClaimChallenge;
pub use events::{EventStream, EventsOptions};
pub use funds::ActionChallenge;
pub use streams::{FollowedTrade, StreamChange, StreamNote, StreamNotes, StreamStats};
pub use trades::OpenTrade;
pub use watch::{Watch, WatchOptions, Watched};

/// The AutoPlus API for one account. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    config: ClientBuilder,
    base_url: String,
    token: RwLock<Token>,
    transport: Mutex<Option<Connected>>,
    lane: Parked,
    closed: AtomicBool,
    ledger: Ledger,
    feeds: Feeds,
    latch: Mutex<Latch>,
    challenges: Mutex<HashMap<String, Weak<Mutex<SingleUse>>>>,
    mutations: tokio::sync::watch::Sender<usize>,
    started: Instant,
}

/// HTTP as it was set up in one process. Connections don't survive a fork.
struct Connected {
    pid: u32,
    transport: Transport,
    used: bool,
}

/// The token in use; the generation tells whether it is still the one that an operation began with.
#[derive(Clone, Default)]
struct Token {
    header: Option<HeaderValue>,
    generation: u64,
    /// Stands for the token where that must not: in the store.
    fingerprint: Option<Arc<str>>,
}

impl Token {
    fn parse(text: &str, generation: u64) -> Result<Self, Error> {
        let visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let header = HeaderValue::try_from(format!("Bearer {text}")).ok().filter(|_| visible);
        let mut header = header.ok_or_else(|| {
            Error::invalid("token: expected the API token alone, without spaces or line breaks")
        })?;
        header.set_sensitive(true);
        let fingerprint = Some(fingerprint(text).into());
        Ok(Self { header: Some(header), generation, fingerprint })
    }
}

/// Tells tokens apart and nothing more.
fn fingerprint(token: &str) -> String {
    let digest = Sha256::new().chain_update("autoplus token\0").chain_update(token).finalize();
    hex(digest.get(..12).unwrap_or_default())
}

impl Client {
    /// Sets up a client step by step.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client set up by the environment; see [`ClientBuilder::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    pub(crate) fn from_builder(config: ClientBuilder) -> Result<Self, Error> {
        let base_url = config.checked_base_url()?;
        let token =
            config.token.as_deref().map(|token| Token::parse(token, 0)).transpose()?.unwrap_or_default();
        if let Some(user_id) = &config.user_id {
            check_id("user_id", user_id)?;
        }
        let config = ClientBuilder { token: None, ..config };
        // Whatever is wrong with the set-up shows now, not at the first call.
        let transport = Transport::new(&config, &base_url)?;
        let ledger = Ledger::new(store::open(config.store.as_deref())?);
        let shared = Shared {
            config,
            base_url,
            token: RwLock::new(token),
            transport: Mutex::new(Some(Connected { pid: std::process::id(), transport, used: false })),
            lane: Parked::default(),
            closed: AtomicBool::new(false),
            ledger,
            feeds: Feeds::default(),
            latch: Mutex::default(),
            challenges: Mutex::default(),
            mutations: tokio::sync::watch::Sender::new(0),
            started: Instant::now(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Goes on under another token of the same user. Calls under way keep the old one.
    pub fn set_token(&self, token: &str) -> Result<(), Error> {
        let mut current = self.shared.token.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        *current = Token::parse(token, current.generation + 1)?;
        drop(current);
        self.shared.feeds.wake();
        Ok(())
    }

    /// The Discord user that this client acts for, if it was told.
    pub fn user_id(&self) -> Option<&str> {
        self.shared.config.user_id.as_deref()
    }

    /// What this account can do now. Needs `user_id`; sends nothing.
    pub fn next_step(&self, trade: &Trade) -> Result<NextStep, Error> {
        let me = self.user_id().ok_or_else(|| {
            Error::invalid("next_step needs to know who you are: set user_id on the client")
        })?;
        let now = self.now();
        let known = self.rows(Access::Read, |rows, witness| operations::known(rows, witness, trade, now))?;
        Ok(next_step(trade, me, &known))
    }

    /// Ends the client: waits up to ten seconds for mutations under way, then refuses further calls.
    pub async fn close(&self) {
        self.shared.closed.store(true, Ordering::Release);
        self.shared.feeds.close();
        let mut mutations = self.shared.mutations.subscribe();
        let drain = async move {
            let _ = tokio::time::timeout(DRAIN, mutations.wait_for(|running| *running == 0)).await;
            Ok(())
        };
        if *self.shared.mutations.borrow() > 0
            && let Ok(handle) = self.environment().handle()
        {
            let _ = runtime::run(&handle, WhenDropped::Detach, drain).await;
        }
        // What is still under way has to write down how it ended.
        if *self.shared.mutations.borrow() == 0 {
            self.shared.ledger.close();
        }
        *self.lock_transport() = None;
        self.shared.lane.close();
    }

    fn environment(&self) -> &Environment {
        &self.shared.config.environment
    }

    fn token(&self) -> Token {
        self.shared.token.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    fn token_generation(&self) -> u64 {
        self.shared.token.read().unwrap_or_else(|poisoned| poisoned.into_inner()).generation
    }

    fn latch(&self) -> MutexGuard<'_, Latch> {
        self.shared.latch.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn lock_transport(&self) -> MutexGuard<'_, Option<Connected>> {
        self.shared.transport.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(crate) fn lane(&self) -> &Parked {
        &self.shared.lane
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.shared.closed.load(Ordering::Acquire)
    }

    /// Refuses what begins after `close`.
    fn check_open(&self) -> Result<(), Error> {
        if self.is_closed() {
            return Err(closed());
        }
        self.transport().map(|_| ())
    }

    /// The connections of this process. A client that sent nothing before a fork starts afresh after it.
    pub(crate) fn transport(&self) -> Result<Transport, Error> {
        let mut slot = self.lock_transport();
        let connected = slot.as_mut().ok_or_else(closed)?;
        let pid = std::process::id();
        if connected.pid != pid {
            if connected.used {
                let message = "this client was used before a fork, and its connections belong to the other process; make a new client here";
                return Err(Error::new(ErrorKind::Closed, message));
            }
            let transport = Transport::new(&self.shared.config, &self.shared.base_url)?;
            let inherited = std::mem::replace(connected, Connected { pid, transport, used: false });
            std::mem::forget(inherited);
        }
        connected.used = true;
        Ok(connected.transport.clone())
    }

    /// Nobody follows anything: connections that polls left are closed.
    fn rest(&self) {
        if let Some(connected) = &*self.lock_transport()
            && connected.pid == std::process::id()
        {
            connected.transport.rest();
        }
    }

    /// Time on this client's own monotonic clock.
    fn now(&self) -> Duration {
        self.shared.started.elapsed()
    }
}

fn closed() -> Error {
    Error::new(ErrorKind::Closed, "this client was closed; make a new one. Nothing was sent")
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token().header.map(|_| "***");
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url)
            .field("token", &token)
            .field("user_id", &self.user_id())
            .finish()
    }
}
