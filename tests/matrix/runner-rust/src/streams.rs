//! Calls of one trade's events.

use std::sync::Arc;

use autoplus::{Client, EventStream, EventsOptions};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::calls::{Failure, plain, saved_trade};
use crate::prints::shown;
use crate::saved::{Native, Saved};
use crate::view;

fn options(arguments: &mut Arguments<'_>) -> Result<EventsOptions, String> {
    let consumer = arguments.optional_text("consumer")?;
    Ok(EventsOptions { consumer, start_after: arguments.number("start_after")? })
}

/// Opens a stream, takes events and closes it.
pub(crate) async fn events(client: &Client, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let (trade_id, options) = (arguments.text("trade_id")?, options(&mut arguments)?);
    let (take, commit) = (arguments.count("take", 1)?, arguments.flag("commit")?);
    arguments.end()?;
    let stream = shown(client.events(&trade_id, options)?);
    let events = next(&stream, take).await?;
    if commit {
        stream.commit().await?;
    }
    stream.close();
    Ok(plain(events))
}

pub(crate) fn open(client: &Client, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let (trade_id, options) = (arguments.text("trade_id")?, options(&mut arguments)?);
    arguments.end()?;
    let stream = Arc::new(shown(client.events(&trade_id, options)?));
    Ok(Saved { view: view::stream(&stream), native: Native::Stream(stream) })
}

/// Calls that go through an open stream.
pub(crate) async fn call(name: &str, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let stream: Arc<EventStream> = shown(arguments.stream()?);
    let take = if name == "next" { arguments.count("take", 0)? } else { 0 };
    arguments.end()?;
    let view = match name {
        "next" => next(&stream, take).await?,
        "commit" => {
            stream.commit().await?;
            json!({})
        }
        _ => {
            stream.close();
            json!({})
        }
    };
    Ok(plain(view))
}

async fn next(stream: &EventStream, take: usize) -> Result<Value, Failure> {
    let mut events = Vec::new();
    let mut end = None;
    while events.len() < take {
        match stream.next().await? {
            Some(event) => events.push(shown(event)),
            None => {
                end = shown(stream.end());
                break;
            }
        }
    }
    Ok(view::events(&events, end.as_ref()))
}

pub(crate) async fn wait_for(client: &Client, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let (trade_id, status) = (arguments.text("trade_id")?, arguments.text("status")?);
    let timeout = arguments.seconds("timeout")?;
    arguments.end()?;
    let found = client.wait_for(&trade_id, |trade| trade.status().as_str() == status, timeout);
    Ok(saved_trade(found.await?))
}
