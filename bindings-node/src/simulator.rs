//! The simulator for tests, inside the process.

use autoplus_simulator::{Config, Simulator};
use napi_derive::napi;

use crate::failure::Failure;

#[napi]
pub struct NativeSimulator(Option<Simulator>);

#[napi]
impl NativeSimulator {
    /// Listens on loopback when this returns.
    #[napi(factory, catch_unwind)]
    pub fn start(seed: Option<u32>, start_time: Option<u32>) -> napi::Result<Self> {
        let mut config = Config { start_time, ..Config::default() };
        if let Some(seed) = seed {
            config.seed = seed.into();
        }
        let started = Simulator::start(config);
        let simulator =
            started.map_err(|why| Failure::invalid(&format!("the simulator can't start: {why}")))?;
        Ok(Self(Some(simulator)))
    }

    #[napi(catch_unwind)]
    pub fn base_url(&self) -> napi::Result<String> {
        Ok(self.running()?.base_url().to_owned())
    }

    /// One control command and its result, both JSON text.
    #[napi(catch_unwind)]
    pub fn control(&self, command: String) -> napi::Result<String> {
        Ok(self.running()?.control_text(&command).map_err(|why| Failure::invalid(&why))?)
    }

    #[napi(catch_unwind)]
    pub fn stop(&mut self) {
        self.0 = None;
    }

    fn running(&self) -> Result<&Simulator, Failure> {
        self.0.as_ref().ok_or_else(|| Failure::invalid("this simulator was stopped; start a new one"))
    }
}
