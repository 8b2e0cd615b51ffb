//! The process that is killed: follows every trade and writes down what it handles, as a bot would do its work.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use autoplus::{Client, Error, TradeEvent, Watch, WatchOptions, Watched};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::clock;
use crate::line::{Kind, Line};
use crate::task::{Handling, Task};

/// Works until it is killed, or until nobody holds its standard input any more.
pub(crate) async fn run(task: &Task) {
    let log = File::options().append(true).open(&task.log).expect("the log");
    let desk = Arc::new(Desk { log, dice: Mutex::new(fastrand::Rng::with_seed(task.seed)) });
    if let Err(error) = follow(task, &desk).await {
        desk.write(&Line::Wrong(format!("{}: {error}", error.kind())));
    }
}

async fn follow(task: &Task, desk: &Arc<Desk>) -> Result<(), Error> {
    let client = Client::builder()
        .token(&task.token)
        .user_id(&task.user_id)
        .base_url(&task.base_url)
        .store(format!("sqlite:{}", task.store.display()))
        .build()?;
    let mut trades: BTreeSet<_> = client.known_trades().await?.into_iter().collect();
    if let Some(more) = &task.trades {
        trades.extend(std::fs::read_to_string(more).expect("the trades").lines().map(str::to_owned));
    }
    let options = WatchOptions { consumer: Some(task.consumer.clone()) };
    let watch = Arc::new(client.watch(trades, options)?);
    let worked = tokio::select! {
        worked = desk.work(&watch, task.handling) => worked,
        () = nobody_listens() => Ok(()),
    };
    watch.close();
    client.close().await;
    worked
}

/// Standard input was closed: the supervisor wants this worker to end, or is gone.
async fn nobody_listens() {
    let (closed, heard) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read(&mut [0]);
        closed.send(())
    });
    let _ = heard.await;
}

struct Desk {
    log: File,
    dice: Mutex<fastrand::Rng>,
}

impl Desk {
    async fn work(self: &Arc<Self>, watch: &Arc<Watch>, handling: Handling) -> Result<(), Error> {
        match handling {
            Handling::OneByOne => {
                while let Some(watched) = watch.next().await? {
                    self.handle(watched).await;
                }
                Ok(())
            }
            Handling::SideBySide(at_once) => {
                let handle = async |watched| {
                    self.handle(watched).await;
                    Ok(())
                };
                watch.for_each(at_once, handle).await
            }
            Handling::ByWorkers(workers) => {
                let mut under_way = JoinSet::new();
                for _ in 0..workers {
                    under_way.spawn(self.clone().take_turns(watch.clone()));
                }
                under_way.join_next().await.map_or(Ok(()), |ended| ended.expect("a worker's turn"))
            }
        }
    }

    async fn take_turns(self: Arc<Self>, watch: Arc<Watch>) -> Result<(), Error> {
        while let Some(watched) = watch.take().await? {
            self.handle(watched.clone()).await;
            watch.done(&watched).await?;
        }
        Ok(())
    }

    async fn handle(&self, watched: Watched) {
        match watched {
            Watched::Event(event) => self.handle_event(&event).await,
            Watched::Failed { trade_id, error, over } => {
                self.write(&Line::Failed { trade: trade_id, error: error.kind().to_string(), over });
            }
            ended => self.write(&Line::Wrong(format!("no trade was closed: {ended:?}"))),
        }
    }

    async fn handle_event(&self, event: &TradeEvent) {
        let trade = event.trade().id().to_owned();
        let kind = match (event.gap(), event.kind().as_str()) {
            (Some(_), _) => Kind::Gap,
            (None, "trade.snapshot") => Kind::Snapshot,
            (None, _) => Kind::Event,
        };
        self.write(&Line::Begun { trade: trade.clone(), id: event.id(), kind, at: clock::now() });
        tokio::time::sleep(self.effort()).await;
        self.write(&Line::Done { trade, id: event.id() });
    }

    /// Most work is done at once, some of it takes a while.
    fn effort(&self) -> Duration {
        let mut dice = self.dice.lock().expect("the dice");
        Duration::from_micros(if dice.u8(..10) == 0 { dice.u64(..5000) } else { 0 })
    }

    /// One write for each line: a kill leaves whole lines.
    fn write(&self, line: &Line) {
        (&self.log).write_all(format!("{line}\n").as_bytes()).expect("the log");
    }
}
