//! Rows in the file's tables: a JSON document each, with the columns that are searched.

use std::path::Path;

use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{damaged, failed, presence};
use crate::error::Error;
use crate::protocol::claims::Facts;
use crate::protocol::rows::{Row, Rows, TOKEN_ACCOUNT};

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
        let sql = "SELECT document FROM operations WHERE name = ?1 AND account <> ?2 \
                   AND substr(account, 1, length(?3)) = ?3";
        Ok(self.documents(sql, params![name, self.account, TOKEN_ACCOUNT])?.pop())
    }

    fn take_over(&mut self, token_account: &str) -> Result<(), Error> {
        let left: Vec<Row> =
            self.documents("SELECT document FROM operations WHERE account = ?1", params![token_account])?;
        for row in left {
            // One that stands under the same name here is a different matter, for a person to look at.
            if self.operation(&row.name)?.is_none() {
                self.remove_elsewhere(&Row { account: token_account.to_owned(), ..row.clone() })?;
                self.put(&Row { account: self.account.to_owned(), ..row })?;
            }
        }
        let sql = "UPDATE OR IGNORE trades SET account = ?1 WHERE account = ?2";
        self.execute(sql, params![self.account, token_account])
    }

    fn remove_elsewhere(&mut self, row: &Row) -> Result<(), Error> {
        self.execute(
            "DELETE FROM operations WHERE account = ?1 AND name = ?2",
            params![row.account, row.name],
        )
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
