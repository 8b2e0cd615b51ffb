//! Follows a trade's events from all kinds of offsets, impatiently, and notes what each stream handed out.

use std::sync::Arc;

use autoplus::{EventStream, EventType, EventsOptions};
use tokio::time::timeout;

use crate::accounts::Seat;
use crate::dice::Dice;
use crate::ledger::{Seen, Stream};
use crate::player::Held;
use crate::scene::Scene;

pub(crate) struct Follower {
    pub(crate) scene: Arc<Scene>,
    pub(crate) seat: Seat,
    pub(crate) trade: String,
    pub(crate) dice: Dice,
    pub(crate) held: Held,
}

impl Follower {
    pub(crate) async fn follow(mut self) {
        let mut known = vec![0];
        loop {
            let start_after = match self.dice.percent(40) {
                true => None,
                false => Some(self.dice.pick(&known)),
            };
            let Ok(stream) = self
                .seat
                .client
                .events(&self.trade, EventsOptions { start_after, ..EventsOptions::default() })
            else {
                return;
            };
            let record = {
                let mut ledger = self.scene.ledger();
                let (who, trade) = (self.seat.who.clone(), self.trade.clone());
                ledger.streams.push(Stream { who, trade, start_after, seen: Vec::new() });
                ledger.streams.len() - 1
            };
            if self.listen(&stream, record, &mut known).await {
                return;
            }
            self.scene.rest(&mut self.dice, 0.0, 60.0).await;
        }
    }

    /// Listens for a while; true once the stream came to its end.
    async fn listen(&mut self, stream: &EventStream, record: usize, known: &mut Vec<i64>) -> bool {
        for _ in 0..self.dice.number(1, 40) {
            let most = self.dice.pick(&[100, 5_000, 90_000]);
            let patience = self.dice.milliseconds(0, most);
            let at_most = self.dice.pick(&[1, 2, 100]);
            let events = match timeout(patience, stream.next_batch(at_most)).await {
                Err(_) => continue,
                Ok(Ok(events)) if events.is_empty() => return true,
                Ok(Ok(events)) => events,
                Ok(Err(error)) => {
                    self.scene.say(&self.seat.who, format_args!("stream {record}: {error}"));
                    self.scene.rest(&mut self.dice, 0.5, 10.0).await;
                    continue;
                }
            };
            for event in events {
                let is_snapshot = *event.kind() == EventType::Snapshot;
                let seen = Seen { id: event.id(), is_snapshot, offset: event.offset() };
                self.scene
                    .say(&self.seat.who, format_args!("stream {record}: {} {}", event.id(), event.kind()));
                self.scene.ledger().streams[record].seen.push(seen);
                self.held.keep(event.trade());
                known.push(event.offset());
            }
        }
        false
    }
}
