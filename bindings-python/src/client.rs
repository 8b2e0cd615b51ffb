//! The client: every method checks its arguments and prepares a call.

use std::path::PathBuf;
use std::pin::Pin;
use std::thread;
use std::time::Duration;

use autoplus as sdk;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::{
    Bound, PyAny, PyAnyMethods, PyResult, PyStringMethods, PyTypeMethods, Python, pyclass, pymethods,
};
use pyo3::types::{PyBool, PyString};
use tokio::sync::oneshot;

use crate::call::Call;
use crate::convert::ToPython;
use crate::errors::{bug, guarded, invalid, raise, stays_here};
use crate::exit::Registered;
use crate::models::Trade;
use crate::next_step;
use crate::notes::StreamNotes;
use crate::operation::Operation;
use crate::stream::EventStream;
use crate::waiting;

/// One account's client, without a say over how to wait.
#[pyclass(frozen, module = "autoplus._native")]
pub(crate) struct Client {
    pub(crate) sdk: sdk::Client,
    /// The end of the process closes what is still there.
    _registered: Registered,
}

/// Connect, attempt, call, poll and poll grace, in seconds.
type Timeouts = (f64, f64, f64, f64, f64);

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (environment, token, user_id, base_url, proxy, ca_file, store, timeouts))]
    #[expect(clippy::too_many_arguments, reason = "one per setting; only the Python half calls it")]
    fn new(
        py: Python<'_>,
        environment: bool,
        token: Option<String>,
        user_id: Option<String>,
        base_url: Option<String>,
        proxy: Option<String>,
        ca_file: Option<PathBuf>,
        store: Option<String>,
        timeouts: Option<Timeouts>,
    ) -> PyResult<Self> {
        // Nobody else can be at what is in memory.
        let waits = environment || store.as_deref().is_some_and(|store| store != "memory");
        let mut builder =
            if environment { sdk::ClientBuilder::from_env() } else { sdk::ClientBuilder::default() };
        if let Some(token) = token {
            builder = builder.token(token);
        }
        if let Some(user_id) = user_id {
            builder = builder.user_id(user_id);
        }
        if let Some(base_url) = base_url {
            builder = builder.base_url(base_url);
        }
        if let Some(proxy) = proxy {
            builder = builder.proxy(proxy);
        }
        if let Some(path) = ca_file {
            builder = builder.ca_file(path);
        }
        if let Some(store) = store {
            builder = builder.store(store);
        }
        if let Some(timeouts) = timeouts {
            builder = builder.timeouts(durations(py, timeouts)?);
        }
        let sdk = if waits {
            build_aside(py, builder)
        } else {
            guarded(py, || py.detach(|| builder.build()).map_err(|error| raise(py, &error)))
        }?;
        Ok(Self { _registered: Registered::new(&sdk), sdk })
    }

    #[getter]
    fn user_id(&self) -> Option<&str> {
        self.sdk.user_id()
    }

    fn set_token(&self, py: Python<'_>, token: &str) -> PyResult<()> {
        guarded(py, || self.sdk.set_token(token).map_err(|error| raise(py, &error)))
    }

    fn next_step<'py>(&self, py: Python<'py>, trade: &Trade) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || {
            let step = py.detach(|| self.sdk.next_step(&trade.sdk)).map_err(|error| raise(py, &error))?;
            next_step::to_python(py, &step)
        })
    }

    fn events(
        &self,
        py: Python<'_>,
        trade_id: &str,
        consumer: Option<String>,
        start_after: Option<Bound<'_, PyAny>>,
    ) -> PyResult<EventStream> {
        let start_after = start_after.map(|offset| event_offset(&offset)).transpose()?;
        guarded(py, || {
            let stream = self.sdk.events(trade_id, sdk::EventsOptions { consumer, start_after });
            stream.map(EventStream::new).map_err(|error| raise(py, &error))
        })
    }

    fn wait_for<'py>(
        &self,
        py: Python<'py>,
        trade_id: &str,
        condition: &Bound<'py, PyAny>,
        timeout: Option<f64>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let timeout = timeout.map(|seconds| duration(py, "timeout", seconds)).transpose()?;
        self.events(py, trade_id, None, None)?.wait_for(py, condition, timeout)
    }

    fn stream_notes(&self, py: Python<'_>) -> PyResult<StreamNotes> {
        guarded(py, || self.sdk.stream_notes().map(StreamNotes::new).map_err(|error| raise(py, &error)))
    }

    fn stream_stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || self.sdk.stream_stats().to_python(py))
    }

    fn followed_trades<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guarded(py, || self.sdk.followed_trades().to_python(py))
    }

    fn servers(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::read(&self.sdk, async move { sdk.servers().await })
    }

    fn stats(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::read(&self.sdk, async move { sdk.stats().await })
    }

    fn transactions(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::read(&self.sdk, async move { sdk.transactions().await })
    }

    fn open_trade(
        &self,
        guild: String,
        crypto: &str,
        sender: String,
        receiver: String,
        operation: Option<String>,
    ) -> Call {
        let sdk = self.sdk.clone();
        let crypto = sdk::Crypto::from(crypto);
        Call::new(async move {
            sdk.open_trade(sdk::OpenTrade { guild, crypto, sender, receiver, operation }).await
        })
    }

    fn trade(&self, id: String) -> Call {
        let sdk = self.sdk.clone();
        Call::read(&self.sdk, async move { sdk.trade(&id).await })
    }

    fn choose_role(&self, py: Python<'_>, trade: &Trade, role: &str) -> PyResult<Call> {
        let Some(role) = sdk::Role::parse(role) else {
            return Err(invalid(py, "role: expected \"sender\" or \"receiver\"; nothing was sent"));
        };
        let (sdk, trade) = self.with(trade);
        Ok(Call::new(async move { sdk.choose_role(&trade, role).await }))
    }

    fn confirm_identification(&self, trade: &Trade) -> Call {
        let (sdk, trade) = self.with(trade);
        Call::new(async move { sdk.confirm_identification(&trade).await })
    }

    fn reset_identification(&self, trade: &Trade) -> Call {
        let (sdk, trade) = self.with(trade);
        Call::new(async move { sdk.reset_identification(&trade).await })
    }

    fn set_terms(&self, py: Python<'_>, trade: &Trade, text: Option<Bound<'_, PyString>>) -> PyResult<Call> {
        let text = text.map(|text| text.to_str().map(str::to_owned)).transpose().map_err(|_| {
            invalid(py, "text: it holds half a surrogate pair, which can't be sent; nothing was sent")
        })?;
        let (sdk, trade) = self.with(trade);
        Ok(Call::new(async move { sdk.set_terms(&trade, text.as_deref()).await }))
    }

    fn confirm_terms(&self, trade: &Trade) -> Call {
        let (sdk, trade) = self.with(trade);
        Call::new(async move { sdk.confirm_terms(&trade).await })
    }

    fn request_release(&self, trade: &Trade) -> Call {
        let (sdk, trade) = self.with(trade);
        Call::new(async move { sdk.request_release(&trade).await })
    }

    fn request_return(&self, trade: &Trade) -> Call {
        let (sdk, trade) = self.with(trade);
        Call::new(async move { sdk.request_return(&trade).await })
    }

    fn request_claim(&self, trade: &Trade, address: String) -> Call {
        let (sdk, trade) = self.with(trade);
        Call::new(async move { sdk.request_claim(&trade, &address).await })
    }

    fn pending_operations(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.pending_operations().await })
    }

    fn known_trades(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.known_trades().await })
    }

    fn recover(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.recover().await })
    }

    fn resolve(&self, operation: &Operation, replay: bool) -> Call {
        let (sdk, operation) = (self.sdk.clone(), operation.sdk.clone());
        Call::new(async move { sdk.resolve(&operation, replay).await })
    }

    fn forget(&self, operation: String) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move { sdk.forget(&operation).await })
    }

    fn close(&self) -> Call {
        let sdk = self.sdk.clone();
        Call::new(async move {
            sdk.close().await;
            Ok(())
        })
    }

    #[cfg(debug_assertions)]
    fn _panicking_read(&self) -> Call {
        crate::panics::panicking_read(&self.sdk)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(stays_here("Client"))
    }
}

impl Client {
    fn with(&self, trade: &Trade) -> (sdk::Client, sdk::Trade) {
        (self.sdk.clone(), trade.sdk.clone())
    }
}

/// A store may have to wait for another process: on a thread of its own, so that Ctrl-C gets through.
fn build_aside(py: Python<'_>, builder: sdk::ClientBuilder) -> PyResult<sdk::Client> {
    let (tell, mut told) = oneshot::channel();
    thread::Builder::new().name("autoplus-open".into()).spawn(move || tell.send(builder.build()))?;
    match waiting::wait(py, |context| Pin::new(&mut told).poll(context), None)? {
        Some(Ok(built)) => built.map_err(|error| raise(py, &error)),
        Some(Err(_)) | None => Err(bug(py)),
    }
}

/// Whatever counts as an integer in Python, but for a bool: `True` is no offset.
fn event_offset(offset: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = offset.py();
    let number = if offset.is_instance_of::<PyBool>() { None } else { Some(offset.extract::<i64>()) };
    match number {
        Some(Ok(number)) => Ok(number),
        Some(Err(error)) if error.is_instance_of::<PyOverflowError>(py) => {
            Err(invalid(py, "start_after: no event has an offset that large; nothing was sent"))
        }
        _ => {
            let class = offset.get_type().name()?;
            Err(PyTypeError::new_err(format!(
                "start_after: expected an event's offset, an int, and got {class}"
            )))
        }
    }
}

fn durations(
    py: Python<'_>,
    (connect, attempt, call, poll, poll_grace): Timeouts,
) -> PyResult<sdk::Timeouts> {
    Ok(sdk::Timeouts {
        connect: duration(py, "timeouts.connect", connect)?,
        attempt: duration(py, "timeouts.attempt", attempt)?,
        call: duration(py, "timeouts.call", call)?,
        poll: duration(py, "timeouts.poll", poll)?,
        poll_grace: duration(py, "timeouts.poll_grace", poll_grace)?,
    })
}

fn duration(py: Python<'_>, name: &str, seconds: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| invalid(py, &format!("{name}: {seconds:?} is no length of time in seconds")))
}
