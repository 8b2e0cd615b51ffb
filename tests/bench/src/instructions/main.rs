//! One hot path of the core, so often: its instructions are counted from outside (instructions.py). No socket, one thread, a
//! clock that stands and no chance, so that the same code always costs the same.

mod wire;

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use autoplus::bridge::{Environment, in_environment, snapshot};
use autoplus::{Client, EventsOptions, OpenTrade, Trade};
use autoplus_bench::answers::{Answers, LAST_EVENT, TRADE};
use clap::{Parser, ValueEnum};
use tokio::runtime::Handle;

#[derive(Parser)]
struct Arguments {
    #[arg(value_enum)]
    path: Path,
    times: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Path {
    /// The text of a trade becomes a trade.
    Decode,
    /// A whole call that reads one.
    Read,
    /// A whole call that opens one.
    Open,
    /// Two whole calls: a release is requested and confirmed.
    Confirm,
    /// A poll that brings 1000 events, up to the last one's hand-over.
    Batch,
}

/// All threads' work is counted, so there is one.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { path, times } = Arguments::parse();
    let answers = Arc::new(Answers::default());
    let text = std::str::from_utf8(&answers.trade)?.to_owned();
    let client = client(answers)?;
    let reviewed = client.trade(TRADE).await?;
    for _ in 0..times {
        match path {
            Path::Decode => drop(black_box(snapshot(black_box(&text))?)),
            Path::Read => drop(black_box(client.trade(TRADE).await?)),
            Path::Open => drop(black_box(client.open_trade(opening(&reviewed)).await?)),
            Path::Confirm => {
                let challenge = client.request_release(&reviewed).await?;
                drop(black_box(challenge.confirm(None).await?));
            }
            Path::Batch => batch(&client).await?,
        }
    }
    Ok(())
}

fn client(answers: Arc<Answers>) -> Result<Client, Box<dyn Error>> {
    let number = AtomicU64::new(1);
    let counting = move |bytes: &mut [u8]| {
        let next = number.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(next.into_iter().cycle()).for_each(|(byte, value)| *byte = value);
        Ok(())
    };
    let environment = Environment {
        runtime: Some(Handle::current()),
        carrier: Some(Arc::new(wire::Wire { answers })),
        clock: || SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000),
        random: Arc::new(counting),
    };
    let builder = Client::builder().token("bench").base_url("http://127.0.0.1/v1");
    Ok(in_environment(builder, environment).build()?)
}

fn opening(trade: &Trade) -> OpenTrade {
    OpenTrade {
        guild: "100000000000000001".to_owned(),
        crypto: trade.crypto().clone(),
        sender: trade.sender().unwrap_or_default().to_owned(),
        receiver: trade.receiver().unwrap_or_default().to_owned(),
        operation: None,
    }
}

async fn batch(client: &Client) -> Result<(), Box<dyn Error>> {
    let options = EventsOptions { start_after: Some(0), ..EventsOptions::default() };
    let stream = client.events(TRADE, options)?;
    let mut missing = LAST_EVENT;
    while missing > 0 {
        let events = stream.next_batch(1000).await?;
        if events.is_empty() {
            return Err("the stream ended before its last event".into());
        }
        missing -= u64::try_from(black_box(&events).len())?;
    }
    stream.close();
    Ok(())
}
