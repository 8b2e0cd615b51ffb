//! Rows in the file's tables: a JSON document each, with the columns that are searched.

use std::path::Path;

use rusqlite::{Connection, Params, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{damaged, failed, presence};
use crate::error::Error;
use crate::protocol::claims::{Claim, Facts};
use crate::protocol::consumers::{Reader, Standing};
use crate::protocol::rows::{Row, Rows, TOKEN_ACCOUNT};
use crate::protocol::turns::Waiting;

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
    fn list<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        of: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let query = || -> rusqlite::Result<Vec<T>> {
            let mut statement = self.transaction.prepare_cached(sql)?;
            statement.query_map(parameters, |row| of(row))?.collect()
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
        let texts: Vec<String> = self.list(sql, parameters, |row| row.get(0))?;
        texts.iter().map(|document| self.read(document)).collect()
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
        let sql = "SELECT trade_id FROM trades WHERE account = ?1 AND known UNION \
                   SELECT trade_id FROM consumers WHERE account = ?1 AND NOT ended ORDER BY trade_id";
        self.list(sql, params![self.account], |row| row.get(0))
    }

    fn consumer(&mut self, trade_id: &str, name: &str) -> Result<Option<Standing>, Error> {
        let sql = "SELECT last_event, last_known, ended, outcome, instance, stream FROM consumers \
                   WHERE account = ?1 AND trade_id = ?2 AND name = ?3";
        let standing = |row: &rusqlite::Row<'_>| {
            let reader = |instance| Ok::<_, rusqlite::Error>(Reader { instance, stream: row.get(5)? });
            Ok(Standing {
                offset: row.get(0)?,
                last_known: row.get(1)?,
                ended: row.get::<_, bool>(2)?.then(|| row.get(3)).transpose()?,
                reader: row.get::<_, Option<String>>(4)?.map(reader).transpose()?,
            })
        };
        Ok(self.list(sql, params![self.account, trade_id, name], standing)?.pop())
    }

    fn put_consumer(&mut self, trade_id: &str, name: &str, standing: &Standing) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO consumers (account, trade_id, name, last_event, last_known, ended, outcome, \
                   instance, stream) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let Standing { offset, last_known, ended, reader } = standing;
        let (ended, outcome) = (ended.is_some(), ended.as_ref().and_then(Option::as_ref));
        let instance = reader.as_ref().map(|reader| &reader.instance);
        let stream = reader.as_ref().map(|reader| reader.stream);
        self.execute(
            sql,
            params![self.account, trade_id, name, offset, last_known, ended, outcome, instance, stream],
        )
    }

    fn remove_consumer(&mut self, trade_id: &str, name: &str) -> Result<(), Error> {
        let sql = "DELETE FROM consumers WHERE account = ?1 AND trade_id = ?2 AND name = ?3";
        self.execute(sql, params![self.account, trade_id, name])
    }

    fn polls(&mut self, trade_id: &str) -> Result<Vec<Waiting>, Error> {
        let sql = "SELECT turn, instance FROM polls WHERE account = ?1 AND trade_id = ?2 ORDER BY turn";
        let waiting = |row: &rusqlite::Row<'_>| Ok(Waiting { turn: row.get(0)?, instance: row.get(1)? });
        self.list(sql, params![self.account, trade_id], waiting)
    }

    fn put_poll(&mut self, trade_id: &str, waiting: &Waiting) -> Result<(), Error> {
        let sql = "INSERT INTO polls (account, trade_id, turn, instance) VALUES (?1, ?2, ?3, ?4)";
        self.execute(sql, params![self.account, trade_id, waiting.turn, waiting.instance])
    }

    fn remove_poll(&mut self, trade_id: &str, turn: i64) -> Result<(), Error> {
        let sql = "DELETE FROM polls WHERE account = ?1 AND trade_id = ?2 AND turn = ?3";
        self.execute(sql, params![self.account, trade_id, turn])
    }

    fn instance(&self) -> &str {
        self.instance
    }

    fn is_alive(&mut self, instance: &str) -> bool {
        presence::is_alive(self.path, instance)
    }
}
