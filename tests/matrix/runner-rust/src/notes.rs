//! Calls of what is told about the streams.

use std::sync::Arc;

use autoplus::{Client, StreamNotes};
use serde_json::json;

use crate::arguments::Arguments;
use crate::calls::{Failure, plain};
use crate::prints::shown;
use crate::saved::{Native, Saved};
use crate::view;

pub(crate) fn open(client: &Client, arguments: Arguments<'_>) -> Result<Saved, Failure> {
    arguments.end()?;
    let notes = Arc::new(shown(client.stream_notes()?));
    Ok(Saved { view: json!({}), native: Native::Notes(notes) })
}

pub(crate) async fn next(mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let (notes, take): (Arc<StreamNotes>, _) = (shown(arguments.notes()?), arguments.count("take", 1)?);
    arguments.end()?;
    let mut told = Vec::new();
    while told.len() < take {
        match notes.next().await {
            Some(note) => told.push(view::note(&shown(note))),
            None => break,
        }
    }
    Ok(plain(json!({"notes": told, "missed": shown(notes.missed())})))
}
