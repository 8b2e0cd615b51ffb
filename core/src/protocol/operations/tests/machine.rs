//! A store that several processes share; which of them live is for the test to say.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Begin, Start, begin};
use crate::error::{Error, ErrorKind};
use crate::protocol::claims::{Claim, Facts};
use crate::protocol::fixtures::attempt;
use crate::protocol::rows::{Intent, Row, Rows};
use crate::protocol::witness::Witness;

#[derive(Default)]
pub(super) struct Machine {
    pub(super) operations: BTreeMap<String, Row>,
    pub(super) trades: BTreeMap<String, Facts>,
    /// Of a token whose user isn't known.
    pub(super) elsewhere: BTreeMap<String, Row>,
    pub(super) claim_elsewhere: Option<Claim>,
    /// Whose writes these are.
    pub(super) me: &'static str,
    pub(super) alive: BTreeSet<&'static str>,
    pub(super) broken: bool,
    pub(super) writes: usize,
}

impl Machine {
    pub(super) fn of(me: &'static str) -> Self {
        Self { me, ..Self::default() }
    }

    pub(super) fn with(me: &'static str, row: Row) -> Self {
        Self { operations: [(row.name.clone(), row)].into(), ..Self::of(me) }
    }

    pub(super) fn with_elsewhere(me: &'static str, row: Row) -> Self {
        Self { elsewhere: [(row.name.clone(), row)].into(), ..Self::of(me) }
    }

    pub(super) fn begin(
        &mut self,
        witness: &mut Witness,
        name: &str,
        intent: &Intent,
        key: &str,
    ) -> Result<Begin, Error> {
        let start = Start {
            attempt: attempt(key),
            account: "1",
            named: true,
            now: std::time::Duration::ZERO,
            dead_by: None,
        };
        begin(self, witness, name, intent, &start)
    }
}

impl Rows for Machine {
    fn operation(&mut self, name: &str) -> Result<Option<Row>, Error> {
        Ok(self.operations.get(name).cloned())
    }

    fn open(&mut self, trade_id: Option<&str>) -> Result<Vec<Row>, Error> {
        if self.broken {
            return Err(Error::new(ErrorKind::Store, "the disk is gone"));
        }
        let open = |row: &&Row| row.state.is_open() && row.intent.trade_id.as_deref() == trade_id;
        Ok(self.operations.values().filter(open).cloned().collect())
    }

    fn pending(&mut self) -> Result<Vec<Row>, Error> {
        unreachable!("no single operation asks for all of them")
    }

    fn elsewhere(&mut self, name: &str) -> Result<Option<Row>, Error> {
        Ok(self.elsewhere.get(name).cloned())
    }

    fn open_elsewhere(&mut self, trade_id: &str) -> Result<Option<Row>, Error> {
        let on_it = |row: &&Row| row.state.is_open() && row.intent.trade_id.as_deref() == Some(trade_id);
        Ok(self.elsewhere.values().find(on_it).cloned())
    }

    fn claim_elsewhere(&mut self, _: &str) -> Result<Option<Claim>, Error> {
        Ok(self.claim_elsewhere.clone())
    }

    fn forget_elsewhere(&mut self, row: &Row) -> Result<(), Error> {
        self.elsewhere.remove(&row.name);
        Ok(())
    }

    fn put(&mut self, row: &Row) -> Result<(), Error> {
        self.writes += 1;
        self.operations.insert(row.name.clone(), row.clone());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), Error> {
        self.writes += 1;
        self.operations.remove(name);
        Ok(())
    }

    fn facts(&mut self, trade_id: &str) -> Result<Facts, Error> {
        Ok(self.trades.get(trade_id).cloned().unwrap_or_default())
    }

    fn put_facts(&mut self, trade_id: &str, facts: &Facts) -> Result<(), Error> {
        self.writes += 1;
        self.trades.insert(trade_id.to_owned(), facts.clone());
        Ok(())
    }

    fn trades(&mut self) -> Result<Vec<String>, Error> {
        unreachable!("no single operation asks for all of them")
    }

    fn instance(&self) -> &str {
        self.me
    }

    fn is_alive(&mut self, instance: &str) -> bool {
        self.alive.contains(instance)
    }
}
