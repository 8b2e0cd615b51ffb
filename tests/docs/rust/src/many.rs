//! Many trades as one stream, worked on side by side, through a restart.

use std::cell::RefCell;
use std::collections::BTreeSet;

use autoplus::{Client, Error, StreamEnd, TradeEvent, Watch, WatchOptions, Watched};
use serde_json::json;

use crate::other_side::{Folder, SENDER, World, Wrong, ensure};

const TRADES: usize = 200;
const AT_ONCE: usize = 64;

/// An event, by its trade and id; without an id whatever comes first of a trade.
type Seen = (String, Option<i64>);

struct Bot {
    client: Client,
    handled: RefCell<Vec<Seen>>,
    missing: RefCell<BTreeSet<Seen>>,
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
        watch.for_each(AT_ONCE, |item| self.handle(watch, item)).await // side by side, each trade in order
    }
    // ANCHOR_END: watch

    // ANCHOR: stats
    fn look(&self) {
        let stats = self.client.stream_stats();
        println!("{} trades, {} polls, {} gaps", stats.trades, stats.polls_in_flight, stats.gaps);
        for trade in self.client.followed_trades() {
            if trade.silent || trade.failures > 0 {
                println!(
                    "{}: last heard of {:?} ago: {:?}",
                    trade.trade_id, trade.last_good_poll, trade.error
                );
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
        let seen = (event.trade().id().to_owned(), Some(event.id()));
        let mut missing = self.missing.borrow_mut();
        missing.remove(&seen);
        missing.remove(&(seen.0.clone(), None));
        self.handled.borrow_mut().push(seen);
        if missing.is_empty() {
            self.look();
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
    let bot = |missing: &[Seen]| -> Result<Bot, Error> {
        let client = world.client(SENDER, Some(&folder.file("bot.db")))?;
        let missing = RefCell::new(missing.iter().cloned().collect());
        Ok(Bot { client, handled: RefCell::default(), missing })
    };
    let first = bot(&trades.iter().map(|trade| (trade.clone(), None)).collect::<Vec<_>>())?;
    let whole = async {
        first.begin(&trades).await?;
        first.client.close().await;
        Ok::<(), Error>(())
    };
    let (worked, told) = tokio::join!(whole, tell_what_changes(&first.client));
    worked.and(told)?;

    // One each: where nothing was finished, a snapshot stands for all that happened.
    let happen = |trade: &String| -> Result<Seen, Wrong> {
        let happened = world.control(json!({ "do": "happen", "trade": trade }))?;
        Ok((trade.clone(), happened["events"][0]["id"].as_i64()))
    };
    let late = trades.iter().take(50).map(happen).collect::<Result<Vec<Seen>, _>>()?;
    // As after a restart: of what was seen, only what wasn't finished comes again.
    let again = bot(&late)?;
    again.begin(&[]).await?;
    again.client.close().await;
    let before: BTreeSet<Seen> = first.handled.borrow().iter().cloned().collect();
    let (repeated, new): (Vec<Seen>, Vec<Seen>) =
        again.handled.borrow().iter().cloned().partition(|seen| before.contains(seen));
    ensure(repeated.len() <= AT_ONCE, &repeated)?;
    for trade in &trades {
        let of = |events: &[Seen]| events.iter().filter(|(of, _)| of == trade).cloned().collect::<Vec<_>>();
        ensure(of(&new) == of(&late), &(of(&new), of(&late)))?;
    }
    world.check()
}
