//! A simulator in the process, and a client of it.

use autoplus::{Client, TradeStatus};
use serde_json::Value;

use crate::other_side::{Wrong, ensure, id_of};

pub(crate) async fn run() -> Result<(), Wrong> {
    // ANCHOR: start
    use autoplus_simulator::{Config, Simulator};

    let simulator = Simulator::start(Config::default())?;
    let trade = simulator.control_text(r#"{"do": "open_trade", "until": "waitingAction"}"#)?;
    let client = Client::builder().token("sim-token-sender").base_url(simulator.base_url()).build()?;
    // … and dropping the simulator stops it
    // ANCHOR_END: start
    let id = id_of(&serde_json::from_str::<Value>(&trade)?)?;
    let found = client.trade(&id).await?;
    ensure(*found.status() == TradeStatus::WaitingAction, &found)?;
    client.close().await;
    Ok(())
}
