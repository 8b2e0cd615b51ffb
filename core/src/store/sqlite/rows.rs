//! Rows in the file's tables: a JSON document each, with the columns that are searched.

use std::path::Path;

use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{damaged, failed, presence};
use crate::error::Error;
use crate::protocol::claims::{Claim, Facts};
use crate::protocol::rows::{Row, Rows, TOKEN_ACCOUNT};

/// Another account than this one's, where the user of either isn't known.
const PERHAPS_THE_SAME_USER: &str =
    "account <> ?1 AND (substr(account, 1, length(?2)) = ?2 OR substr(?1, 1, length(?2)) = ?2)";

pub(super) struct FileRows<'a> {
    pub(super) path: &'a Path,
    pub(super) account: &'a str,
    pub(super) transaction: &'a Connection,
    pub(super) instance: &'a str,
}

impl FileRows<'_> {
    fn column<T: FromSql>(&self, sql: &str, parameters: impl Params) -> Result<Vec<T>, Error> {
        let query = || -> rusqlite::Result<Vec<T>> {
            let mut statement = self.transaction.prepare_cached(sql)?;
            statement.query_map(parameters, |row| row.get(0))?.collect()
        };
        query().map_err(|why| failed(self.path, why))
    }

    fn execute(&self, sql: &str, parameters: impl Params) -> Result<(), Error> {
        let run = || self.transaction.prepare_cached(sql)?.execute(parameters);
        run().map(|_| ()).map_err(|why| failed(self.path, why))
    }

    fn read<T: DeserializeOwned>(&self, document: &str) -> Result<T, Error> {
        serde_json::from_str(document)
            .map_err(|why| damaged(self.path, &format!("a document can't be read: {why}")))
    }

    fn documents<T: DeserializeOwned>(&self, sql: &str, parameters: impl Params) -> Result<Vec<T>, Error> {
        self.column::<String>(sql, parameters)?.iter().map(|document| self.read(document)).collect()
    }
}

fn written(document: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(document).map_err(Error::bug)
}

impl Rows for FileRows<'_> {
    fn operation(&mut self, name: &str) -> Result<Option<Row>, Error> {
        let sql = "SELECT document FROM operations WHERE account = ?1 AND name = ?2";
        Ok(self.documents(sql, params![self.account, name])?.pop())
    }

    fn open(&mut self, trade_id: Option<&str>) -> Result<Vec<Row>, Error> {
        let sql = "SELECT document FROM operations WHERE account = ?1 AND trade_id IS ?2 AND state <> 'done' \
                   AND state IN ('running', 'unknown') ORDER BY begun_at, name";
        self.documents(sql, params![self.account, trade_id])
    }

    fn pending(&mut self) -> Result<Vec<Row>, Error> {
        let sql = "SELECT document FROM operations WHERE state <> 'done' AND (account = ?1 OR \
                   substr(account, 1, length(?2)) = ?2) ORDER BY begun_at, name";
        self.documents(sql, params![self.account, TOKEN_ACCOUNT])
    }

    fn elsewhere(&mut self, name: &str) -> Result<Option<Row>, Error> {
        let sql = format!("SELECT document FROM operations WHERE name = ?3 AND {PERHAPS_THE_SAME_USER}");
        Ok(self.documents(&sql, params![self.account, TOKEN_ACCOUNT, name])?.pop())
    }

    fn open_elsewhere(&mut self, trade_id: &str) -> Result<Option<Row>, Error> {
        let sql = format!(
            "SELECT document FROM operations WHERE trade_id = ?3 AND state <> 'done' AND state IN ('running', 'unknown') \
             AND {PERHAPS_THE_SAME_USER}"
        );
        Ok(self.documents(&sql, params![self.account, TOKEN_ACCOUNT, trade_id])?.pop())
    }

    fn claim_elsewhere(&mut self, trade_id: &str) -> Result<Option<Claim>, Error> {
        let sql = format!("SELECT document FROM trades WHERE trade_id = ?3 AND {PERHAPS_THE_SAME_USER}");
        let known: Vec<Facts> = self.documents(&sql, params![self.account, TOKEN_ACCOUNT, trade_id])?;
        Ok(known.into_iter().find_map(|facts| facts.pending))
    }

    fn forget_elsewhere(&mut self, row: &Row) -> Result<(), Error> {
        let mut there = FileRows { account: &row.account, ..*self };
        there.remove(&row.name)?;
        let Some(trade_id) = &row.intent.trade_id else { return Ok(()) };
        let mut facts = there.facts(trade_id)?;
        facts.forget(&row.name);
        there.put_facts(trade_id, &facts)
    }

    fn put(&mut self, row: &Row) -> Result<(), Error> {
        let sql = "INSERT INTO operations (account, name, trade_id, state, begun_at, document) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET trade_id = excluded.trade_id, \
                   state = excluded.state, begun_at = excluded.begun_at, document = excluded.document";
        let (trade_id, state) = (row.intent.trade_id.as_deref(), row.state.as_str());
        let document = written(row)?;
        self.execute(sql, params![self.account, row.name, trade_id, state, row.attempt.begun_at, document])
    }

    fn remove(&mut self, name: &str) -> Result<(), Error> {
        self.execute("DELETE FROM operations WHERE account = ?1 AND name = ?2", params![self.account, name])
    }

    fn facts(&mut self, trade_id: &str) -> Result<Facts, Error> {
        let sql = "SELECT document FROM trades WHERE account = ?1 AND trade_id = ?2";
        Ok(self.documents(sql, params![self.account, trade_id])?.pop().unwrap_or_default())
    }

    fn put_facts(&mut self, trade_id: &str, facts: &Facts) -> Result<(), Error> {
        let sql = "INSERT INTO trades (account, trade_id, known, document) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT DO UPDATE SET known = excluded.known, document = excluded.document";
        self.execute(sql, params![self.account, trade_id, facts.is_known(), written(facts)?])
    }

    fn trades(&mut self) -> Result<Vec<String>, Error> {
        let sql = "SELECT trade_id FROM trades WHERE account = ?1 AND known ORDER BY trade_id";
        self.column(sql, params![self.account])
    }

    fn instance(&self) -> &str {
        self.instance
    }

    fn is_alive(&mut self, instance: &str) -> bool {
        presence::is_alive(self.path, instance)
    }
}
