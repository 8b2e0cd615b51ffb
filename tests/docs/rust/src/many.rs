//! Many trades as one stream, worked on side by side, through a restart.

use std::cell::RefCell;
use std::collections::BTreeMap;

use autoplus::{Client, Error, StreamEnd, TradeEvent, Watch, WatchOptions, Watched};
use serde_json::{Value, json};

use crate::other_side::{Folder, SENDER, World, Wrong, ensure};

const TRADES: usize = 200;

struct Bot {
    client: Client,
    handled: RefCell<BTreeMap<String, Vec<i64>>>,
    enough: usize,
}

impl Bot {
    // ANCHOR: watch
    async fn handle(&self, watch: &Watch, item: Watched) -> Result<(), Error> {
        match item {
            // Finished, and remembered, when this returns well.
            Watched::Event(event) => self.act(watch, &event),
            // It has left the watch.
            Watched::Ended { trade_id, end, .. } => self.tidy_up(&trade_id, &end),
            Watched::Failed { trade_id, error, over } => {
                println!("{trade_id} {}: {error}", if over { "can't be followed" } else { "is tried on" });
            }
            _ => {}
        }
        Ok(())
    }

    async fn work(&self, watch: &Watch) -> Result<(), Error> {
        watch.for_each(64, |item| self.handle(watch, item)).await // side by side, each trade in order
    }
    // ANCHOR_END: watch

    // ANCHOR: stats
    fn look(&self) {
        let stats = self.client.stream_stats();
        println!("{} trades, {} polls, {} gaps", stats.trades, stats.polls_in_flight, stats.gaps);
        for trade in self.client.followed_trades() {
            if trade.silent || trade.failures > 0 {
                println!("{}: last heard of {:?} ago: {:?}", trade.trade_id, trade.last_good_poll, trade.error);
            }
        }
    }
    // ANCHOR_END: stats

    async fn begin(&self, trades: &[String]) -> Result<(), Error> {
        let client = &self.client;
        // ANCHOR: add
        let named = WatchOptions { consumer: Some("bot".into()) };
        let watch = client.watch(client.known_trades().await?, named)?;
        for trade in trades {
            watch.add(trade)?; // at any time, also while somebody takes from it
        }
        // ANCHOR_END: add
        self.work(&watch).await
    }

    fn act(&self, watch: &Watch, event: &TradeEvent) {
        let mut handled = self.handled.borrow_mut();
        handled.entry(event.trade().id().to_owned()).or_default().push(event.id());
        if handled.values().map(Vec::len).sum::<usize>() >= self.enough {
            watch.close();
        }
    }

    fn tidy_up(&self, trade: &str, end: &StreamEnd) {
        println!("{trade} ended: {end:?}");
    }
}

// ANCHOR: notes
async fn tell_what_changes(client: &Client) -> Result<(), Error> {
    let notes = client.stream_notes()?;
    while let Some(note) = notes.next().await {
        // opened, failing, silent, recovered, refused, gap, closed
        println!("{} {} {:?}", note.trade_id, note.change.as_str(), note.change.error());
    }
    Ok(())
}
// ANCHOR_END: notes

pub(crate) async fn run() -> Result<(), Wrong> {
    let (world, folder) = (World::start()?, Folder::new("many")?);
    let trades = (0..TRADES).map(|_| world.open_trade("waitingAction")).collect::<Result<Vec<_>, _>>()?;
    let bot = |enough| -> Result<Bot, Error> {
        let client = world.client(SENDER, Some(&folder.file("bot.db")))?;
        Ok(Bot { client, handled: RefCell::default(), enough })
    };
    let first = bot(TRADES)?;
    let whole = async {
        first.begin(&trades).await?;
        first.look();
        first.client.close().await;
        Ok::<(), Error>(())
    };
    let (worked, told) = tokio::join!(whole, tell_what_changes(&first.client));
    worked.and(told)?;
    ensure(first.handled.borrow().len() == TRADES, &first.handled)?;

    let mut late: BTreeMap<String, usize> = BTreeMap::new();
    let happened = world.control(json!({ "do": "happen", "count": 50 }))?;
    for event in happened["events"].as_array().into_iter().flatten() {
        let trade = event["trade"].as_str().map(str::to_owned);
        *late.entry(trade.unwrap_or_default()).or_default() += 1;
    }
    // As after a restart: what was finished doesn't come again, what happened meanwhile does, in order.
    let again = bot(50)?;
    again.begin(&[]).await?;
    again.client.close().await;
    let handled = again.handled.borrow();
    let counts: BTreeMap<String, usize> =
        handled.iter().map(|(trade, ids)| (trade.clone(), ids.len())).collect();
    ensure(counts == late, &counts)?;
    ensure(handled.values().all(|ids| ids.is_sorted()), &*handled)?;
    let broken: Value = world.control(json!({ "do": "check" }))?;
    ensure(broken == json!([]), &broken)
}
