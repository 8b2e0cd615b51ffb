//! What must hold when all is over: every effect that the server counts is known by a name, each happened once.

use std::collections::BTreeSet;
use std::path::Path;

use autoplus_simulator::Simulator;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use super::story::Known;

pub(crate) fn look(simulator: &Simulator, store: &Path, known: &Known) -> Vec<String> {
    let control = |command: Value| simulator.control(&command).unwrap();
    let mut wrong = Vec::new();
    let violations = control(json!({ "do": "check", "creates": known.trades.len() }));
    wrong
        .extend(violations.as_array().unwrap().iter().map(|violation| format!("the server saw {violation}")));
    let named: BTreeSet<&str> = known.trades.values().map(String::as_str).collect();
    if named.len() < known.trades.len() {
        wrong.push("two names stand for one trade".to_owned());
    }
    let trades = control(json!({ "do": "trades" }));
    let trades = trades.as_array().unwrap();
    for trade in trades {
        let id = trade["id"].as_str().unwrap();
        if !named.contains(id) {
            wrong.push(format!("trade {id} was opened and is lost: no name knows it"));
        }
        for (what, once) in [("creates", 1), ("actions", 1), ("executions", 1)] {
            if trade["effects"][what] != once {
                wrong.push(format!("trade {id}: {what} is {}, not {once}", trade["effects"][what]));
            }
        }
    }
    if trades.len() < named.len() {
        wrong.push("a name stands for a trade that was never opened".to_owned());
    }
    match file(store) {
        Err(why) => wrong.push(format!("the file: {why}")),
        Ok(names) => {
            for name in known.trades.keys() {
                let moved = [":release", ":return"].iter().any(|end| names.contains(&format!("{name}{end}")));
                if !names.contains(name) || !moved || !names.contains(&format!("{name}:claim")) {
                    wrong.push(format!("{name}: the file doesn't know all of it as done"));
                }
            }
        }
    }
    wrong
}

/// The names that a sound file knows as done.
fn file(store: &Path) -> Result<BTreeSet<String>, rusqlite::Error> {
    let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    assert_eq!(sound, "ok", "the file is damaged");
    let mut done = connection.prepare("SELECT name FROM operations WHERE state = 'done'")?;
    done.query_map([], |row| row.get(0))?.collect()
}
