//! The library behind `gg.autoplus.testing`: the simulator, started and controlled from Kotlin.

use autoplus_simulator::{Config, Simulator};

uniffi::setup_scaffolding!("autoplus_testing");

/// A running simulator; it stops when this is destroyed.
#[derive(uniffi::Object)]
pub struct NativeSimulator(Simulator);

/// What the simulator refused.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum SimulatorError {
    /// In words: what is wrong, and what would be right.
    #[error("{why}")]
    Refused {
        /// The reason.
        why: String,
    },
}

#[uniffi::export]
impl NativeSimulator {
    /// Starts one on a free port; it listens when this returns.
    #[uniffi::constructor]
    pub fn new() -> Result<Self, SimulatorError> {
        let started = Simulator::start(Config::default());
        started.map(Self).map_err(|why| SimulatorError::Refused { why: why.to_string() })
    }

    /// What a client takes as its base URL.
    pub fn base_url(&self) -> String {
        self.0.base_url().to_owned()
    }

    /// Runs a control command, JSON both ways.
    pub fn control(&self, command: String) -> Result<String, SimulatorError> {
        self.0.control_text(&command).map_err(|why| SimulatorError::Refused { why })
    }
}
