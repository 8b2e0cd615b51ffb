//! The store that ends with its client.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::{Access, Store, Work};
use crate::error::Error;
use crate::protocol::claims::{Claim, Facts};
use crate::protocol::consumers::Standing;
use crate::protocol::rows::{Row, Rows};
use crate::protocol::turns::Waiting;

/// Its client knows one account, so there is nothing to tell apart. Nothing in it can fail halfway: a decision that
/// refuses does so before it writes.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Kept>);

#[derive(Default, Clone)]
struct Kept {
    operations: BTreeMap<String, Row>,
    /// Names of those that are not done, so that the many that are cost nothing.
    pending: BTreeSet<String>,
    trades: BTreeMap<String, Facts>,
    consumers: BTreeMap<(String, String), Standing>,
    polls: BTreeMap<(String, i64), Waiting>,
}

impl Store for Memory {
    fn transact(&self, _: &str, _: Access, work: Work<'_>) -> Result<(), Error> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut *kept)
    }

    fn is_file(&self) -> bool {
        false
    }

    fn close(&self) {}
}

impl Kept {
    fn unfinished(&self) -> impl Iterator<Item = &Row> {
        self.pending.iter().filter_map(|name| self.operations.get(name))
    }
}

impl Rows for Kept {
    fn operation(&mut self, name: &str) -> Result<Option<Row>, Error> {
        Ok(self.operations.get(name).cloned())
    }

    fn open(&mut self, trade_id: Option<&str>) -> Result<Vec<Row>, Error> {
        let open = |row: &&Row| row.state.is_open() && row.intent.trade_id.as_deref() == trade_id;
        Ok(self.unfinished().filter(open).cloned().collect())
    }

    fn pending(&mut self) -> Result<Vec<Row>, Error> {
        let mut rows: Vec<Row> = self.unfinished().cloned().collect();
        rows.sort_by_key(|row| row.attempt.begun_at);
        Ok(rows)
    }

    fn elsewhere(&mut self, _: &str) -> Result<Option<Row>, Error> {
        Ok(None)
    }

    fn open_elsewhere(&mut self, _: &str) -> Result<Option<Row>, Error> {
        Ok(None)
    }

    fn claim_elsewhere(&mut self, _: &str) -> Result<Option<Claim>, Error> {
        Ok(None)
    }

    fn forget_elsewhere(&mut self, _: &Row) -> Result<(), Error> {
        Ok(())
    }

    fn put(&mut self, row: &Row) -> Result<(), Error> {
        if row.state.is_pending() {
            self.pending.insert(row.name.clone());
        } else {
            self.pending.remove(&row.name);
        }
        self.operations.insert(row.name.clone(), row.clone());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), Error> {
        self.operations.remove(name);
        self.pending.remove(name);
        Ok(())
    }

    fn facts(&mut self, trade_id: &str) -> Result<Facts, Error> {
        Ok(self.trades.get(trade_id).cloned().unwrap_or_default())
    }

    fn put_facts(&mut self, trade_id: &str, facts: &Facts) -> Result<(), Error> {
        self.trades.insert(trade_id.to_owned(), facts.clone());
        Ok(())
    }

    fn trades(&mut self) -> Result<Vec<String>, Error> {
        let known = self.trades.iter().filter(|(_, facts)| facts.is_known()).map(|(id, _)| id);
        let unfinished = self.consumers.iter().filter(|(_, standing)| standing.ended.is_none());
        let all: BTreeSet<&String> = known.chain(unfinished.map(|((id, _), _)| id)).collect();
        Ok(all.into_iter().cloned().collect())
    }

    fn consumer(&mut self, trade_id: &str, name: &str) -> Result<Option<Standing>, Error> {
        Ok(self.consumers.get(&(trade_id.to_owned(), name.to_owned())).cloned())
    }

    fn put_consumer(&mut self, trade_id: &str, name: &str, standing: &Standing) -> Result<(), Error> {
        self.consumers.insert((trade_id.to_owned(), name.to_owned()), standing.clone());
        Ok(())
    }

    fn remove_consumer(&mut self, trade_id: &str, name: &str) -> Result<(), Error> {
        self.consumers.remove(&(trade_id.to_owned(), name.to_owned()));
        Ok(())
    }

    fn polls(&mut self, trade_id: &str) -> Result<Vec<Waiting>, Error> {
        let (from, to) = ((trade_id.to_owned(), i64::MIN), (trade_id.to_owned(), i64::MAX));
        Ok(self.polls.range(from..=to).map(|(_, waiting)| waiting.clone()).collect())
    }

    fn put_poll(&mut self, trade_id: &str, waiting: &Waiting) -> Result<(), Error> {
        self.polls.insert((trade_id.to_owned(), waiting.turn), waiting.clone());
        Ok(())
    }

    fn remove_poll(&mut self, trade_id: &str, turn: i64) -> Result<(), Error> {
        self.polls.remove(&(trade_id.to_owned(), turn));
        Ok(())
    }

    fn instance(&self) -> &str {
        "memory"
    }

    fn is_alive(&mut self, _: &str) -> bool {
        false
    }
}
