//! Calls of a watch.

use std::sync::{Arc, Mutex, PoisonError};

use autoplus::{Client, Error, Watch, WatchOptions, Watched};
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::calls::{Failure, plain};
use crate::prints::shown;
use crate::saved::{Native, Saved};
use crate::view;

pub(crate) fn open(client: &Client, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let (trades, consumer) = (arguments.texts("trades")?, arguments.optional_text("consumer")?);
    arguments.end()?;
    let watch = shown(client.watch(trades, WatchOptions { consumer: consumer.clone() })?);
    let view = consumer.map_or_else(|| json!({}), |consumer| json!({"consumer": consumer}));
    Ok(Saved { view, native: Native::Watch(Arc::new(watch)) })
}

/// Calls that go through an open watch.
pub(crate) async fn call(name: &str, mut arguments: Arguments<'_>) -> Result<Saved, Failure> {
    let watch: Arc<Watch> = shown(arguments.watch()?);
    let view = match name {
        "watch_next" => {
            let take = arguments.count("take", 1)?;
            arguments.end()?;
            items(next(&watch, take).await?)
        }
        "watch_each" => {
            let (take, at_once) = (arguments.count("take", 1)?, arguments.count("at_once", 1)?);
            arguments.end()?;
            items(each(&watch, take, at_once).await?)
        }
        "watch_add" => {
            let trade_id = arguments.text("trade_id")?;
            arguments.end()?;
            shown(watch.add(&trade_id)?).into()
        }
        "watch_remove" => {
            let trade_id = arguments.text("trade_id")?;
            arguments.end()?;
            shown(watch.remove(&trade_id)).into()
        }
        "watch_trades" => {
            arguments.end()?;
            shown(watch.trades()).into()
        }
        _ => {
            arguments.end()?;
            watch.close();
            json!({})
        }
    };
    Ok(plain(view))
}

async fn next(watch: &Watch, take: usize) -> Result<Vec<Watched>, Error> {
    let mut items = Vec::new();
    while items.len() < take {
        match watch.next().await? {
            Some(watched) => items.push(shown(watched)),
            None => break,
        }
    }
    Ok(items)
}

/// The handler of the last one closes the watch.
async fn each(watch: &Watch, take: usize, at_once: usize) -> Result<Vec<Watched>, Error> {
    let items = Mutex::new(Vec::new());
    watch
        .for_each(at_once, |watched| {
            let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
            if items.len() < take {
                items.push(shown(watched));
            }
            if items.len() == take {
                watch.close();
            }
            std::future::ready(Ok::<(), Error>(()))
        })
        .await?;
    Ok(items.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// By trade, each trade's in the order in which they came.
fn items(mut items: Vec<Watched>) -> Value {
    items.sort_by(|a, b| a.trade_id().cmp(b.trade_id()));
    json!({"items": items.iter().map(view::watched).collect::<Vec<_>>()})
}
