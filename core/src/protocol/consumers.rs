//! Who reads a trade's events under a name, and how far they got.

use super::cursor::StreamEnd;
use super::rows::Rows;
use crate::error::{Error, ErrorKind};
use crate::model::{Origin, Outcome, Trade, TradeEvent, Wire};

/// What is kept of a named consumer of one trade.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The last event that was finished.
    pub(crate) offset: Option<i64>,
    /// The trade as that event showed it, as JSON.
    pub(crate) last_known: Option<String>,
    /// It has seen the end: the outcome, or nothing where the trade was no longer to be had.
    pub(crate) ended: Option<Option<String>>,
    /// Who reads under this name now: an instance, and which of its streams.
    pub(crate) reader: Option<Reader>,
}

/// One stream of one process instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reader {
    pub(crate) instance: String,
    pub(crate) stream: i64,
}

/// Under which name a stream reads which trade.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Seat {
    pub(crate) trade_id: String,
    pub(crate) consumer: String,
    pub(crate) stream: i64,
}

/// Where a stream begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Beginning {
    pub(crate) offset: Option<i64>,
    pub(crate) last_known: Option<Trade>,
    pub(crate) ended: Option<StreamEnd>,
}

/// Whether a name can be kept.
pub(crate) fn check_consumer(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > 128 || name.chars().any(char::is_control) {
        let message =
            "consumer: expected a name of 1 to 128 bytes without control characters; nothing was sent";
        return Err(Error::invalid(message));
    }
    Ok(())
}

/// Takes the name for a stream, unless another living one reads under it. `busy` tells of streams of this process.
pub(crate) fn claim(
    rows: &mut dyn Rows,
    seat: &Seat,
    start_after: Option<i64>,
    busy: impl Fn(i64) -> bool,
) -> Result<Beginning, Error> {
    let mut standing = rows.consumer(&seat.trade_id, &seat.consumer)?.unwrap_or_default();
    if let Some(reader) = &standing.reader {
        let reads = match reader.instance == rows.instance() {
            true => reader.stream != seat.stream && busy(reader.stream),
            false => rows.is_alive(&reader.instance),
        };
        if reads {
            return Err(taken(seat));
        }
    }
    if start_after.is_some() && start_after != standing.offset {
        standing = Standing { offset: start_after, ..Standing::default() };
    }
    standing.reader = Some(Reader { instance: rows.instance().to_owned(), stream: seat.stream });
    rows.put_consumer(&seat.trade_id, &seat.consumer, &standing)?;
    let read = |json: &String| Trade::decode(json, Origin::Server).ok();
    let ended = standing.ended.map(|outcome| match outcome {
        Some(outcome) => StreamEnd::Closed(Outcome::from(outcome.as_str())),
        None => StreamEnd::NoLongerAvailable,
    });
    let last_known = standing.last_known.as_ref().and_then(read);
    Ok(Beginning { offset: standing.offset, last_known, ended })
}

/// Writes down that an event was finished.
pub(crate) fn finish(rows: &mut dyn Rows, seat: &Seat, event: &TradeEvent) -> Result<(), Error> {
    let mut standing = held(rows, seat)?;
    standing.offset = Some(event.offset());
    standing.last_known = Some(event.trade().to_json());
    rows.put_consumer(&seat.trade_id, &seat.consumer, &standing)
}

/// Writes down that the end was seen.
pub(crate) fn finish_end(rows: &mut dyn Rows, seat: &Seat, end: &StreamEnd) -> Result<(), Error> {
    let mut standing = held(rows, seat)?;
    standing.ended = Some(match end {
        StreamEnd::Closed(outcome) => Some(outcome.as_str().to_owned()),
        StreamEnd::NoLongerAvailable => None,
    });
    rows.put_consumer(&seat.trade_id, &seat.consumer, &standing)
}

/// Frees the name, if the stream still has it. One under which nothing was finished is forgotten: the trade may never have
/// been there.
pub(crate) fn leave(rows: &mut dyn Rows, seat: &Seat) -> Result<(), Error> {
    match held(rows, seat) {
        Ok(Standing { offset: None, ended: None, .. }) => {
            rows.remove_consumer(&seat.trade_id, &seat.consumer)
        }
        Ok(standing) => {
            let standing = Standing { reader: None, ..standing };
            rows.put_consumer(&seat.trade_id, &seat.consumer, &standing)
        }
        Err(error) if error.kind() == ErrorKind::OperationInProgress => Ok(()),
        Err(error) => Err(error),
    }
}

fn held(rows: &mut dyn Rows, seat: &Seat) -> Result<Standing, Error> {
    let standing = rows.consumer(&seat.trade_id, &seat.consumer)?.unwrap_or_default();
    let ours = standing
        .reader
        .as_ref()
        .is_some_and(|reader| reader.instance == rows.instance() && reader.stream == seat.stream);
    if ours { Ok(standing) } else { Err(taken(seat)) }
}

fn taken(seat: &Seat) -> Error {
    let message = format!(
        "consumer {:?} already reads trade {} elsewhere, in this process or another one; close that stream, or give this one a name of its own",
        seat.consumer, seat.trade_id
    );
    Error::new(ErrorKind::OperationInProgress, message)
}

#[cfg(test)]
mod tests;
