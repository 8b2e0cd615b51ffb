//! The native half of the Python package `autoplus`: values as Python classes, calls that wait with or without
//! an event loop. What people see (`Client`, `AsyncClient`, exceptions) is written in Python on top of this.

mod address;
mod bell;
mod call;
mod challenges;
mod client;
mod completion;
mod convert;
mod errors;
mod event_loop;
mod exit;
mod forks;
mod json;
mod logging;
mod memo;
mod models;
mod moments;
mod next_step;
mod notes;
mod operation;
#[cfg(debug_assertions)]
mod panics;
mod process;
mod simulator;
mod stream;
mod waiting;
mod watch;

/// Private: use the package `autoplus`.
#[pyo3::pymodule(name = "_native")]
mod native {
    use pyo3::prelude::{Bound, PyModule, PyResult};

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use crate::{
        address::check_address,
        call::Call,
        challenges::{ActionChallenge, ClaimChallenge},
        client::Client,
        exit::{close_all, end_threads},
        forks::{after_fork, before_fork},
        models::{
            BtcFeeOption, Changes, FundExecution, OpenedTrade, Server, Stats, TermsSide, Trade, TradeEvent,
            TradeTerms, Transaction,
        },
        notes::StreamNotes,
        operation::Operation,
        simulator::Simulator,
        stream::EventStream,
        watch::Watch,
    };

    #[pymodule_init]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::logging::listen();
        Ok(())
    }
}
