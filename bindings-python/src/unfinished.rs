//! What was taken from a watch and wasn't finished, because its handler failed or was cancelled: it is given again before
//! anything else. The library by itself gives nothing more of such a trade.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use autoplus::{Error, TradeEvent, Watch, Watched};
use tokio::sync::Notify;

pub(crate) struct Unfinished {
    pub(crate) watch: Watch,
    items: Mutex<Items>,
    given_back: Notify,
}

#[derive(Default)]
struct Items {
    /// What a worker is at, by trade.
    taken: HashMap<String, Watched>,
    /// What is given again.
    waiting: VecDeque<Watched>,
    /// What was given again by `next`, which finishes it when it comes back.
    by_next: Vec<Watched>,
}

impl Unfinished {
    pub(crate) fn new(watch: Watch) -> Self {
        Self { watch, items: Mutex::default(), given_back: Notify::new() }
    }

    fn items(&self) -> MutexGuard<'_, Items> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last_by_next(&self) -> Option<Watched> {
        self.items().by_next.last().cloned()
    }

    pub(crate) async fn next_batch(&self, max: usize) -> Result<Vec<Watched>, Error> {
        loop {
            let given_back = self.given_back.notified();
            tokio::pin!(given_back);
            given_back.as_mut().enable();
            while let Some(last) = self.last_by_next() {
                self.watch.done(&last).await?;
                self.items().by_next.pop_if(|item| item.trade_id() == last.trade_id());
            }
            let again = self.items().next_again(max);
            if !again.is_empty() {
                return Ok(again);
            }
            tokio::select! {
                biased;
                items = self.watch.next_batch(max) => return items,
                () = given_back => {}
            }
        }
    }

    pub(crate) async fn take(&self) -> Result<Option<Watched>, Error> {
        loop {
            let given_back = self.given_back.notified();
            tokio::pin!(given_back);
            given_back.as_mut().enable();
            if let Some(item) = self.items().take_again() {
                return Ok(Some(item));
            }
            tokio::select! {
                biased;
                taken = self.watch.take() => {
                    return Ok(taken?.inspect(|item| self.items().took(item)));
                }
                () = given_back => {}
            }
        }
    }

    /// Something other than an event is finished by what the watch itself gave.
    pub(crate) async fn done(&self, trade_id: &str, event: Option<TradeEvent>) -> Result<(), Error> {
        let taken = self.items().taken.get(trade_id).cloned();
        if let Some(item) = event.map(Watched::Event).or(taken) {
            self.watch.done(&item).await?;
        }
        self.items().taken.remove(trade_id);
        Ok(())
    }

    pub(crate) fn give_back(&self, trade_id: &str) {
        let mut items = self.items();
        if let Some(item) = items.taken.remove(trade_id) {
            items.waiting.push_back(item);
            self.given_back.notify_waiters();
        }
    }

    pub(crate) fn remove(&self, trade_id: &str) -> bool {
        self.items().forget(trade_id);
        self.watch.remove(trade_id)
    }

    pub(crate) fn close(&self) {
        self.watch.close();
        *self.items() = Items::default();
    }
}

impl Items {
    fn took(&mut self, item: &Watched) {
        self.taken.insert(item.trade_id().to_owned(), item.clone());
    }

    fn take_again(&mut self) -> Option<Watched> {
        self.waiting.pop_front().inspect(|item| self.took(item))
    }

    fn next_again(&mut self, max: usize) -> Vec<Watched> {
        let again: Vec<_> = self.waiting.drain(..max.max(1).min(self.waiting.len())).collect();
        self.by_next.extend(again.iter().cloned());
        again
    }

    fn forget(&mut self, trade_id: &str) {
        self.taken.remove(trade_id);
        self.waiting.retain(|item| item.trade_id() != trade_id);
        self.by_next.retain(|item| item.trade_id() != trade_id);
    }
}
