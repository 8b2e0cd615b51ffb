//! What a worker writes down: one line when it begins with an event, one when it is done with it.

use std::fmt;

/// What was handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Event,
    /// The first state of a trade that was not followed before.
    Snapshot,
    /// A snapshot in place of events that are gone.
    Gap,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Begun {
        trade: String,
        id: i64,
        kind: Kind,
        /// Microseconds since 1970.
        at: i64,
    },
    Done {
        trade: String,
        id: i64,
    },
    /// A trade could not be followed; `over`: nor will it be.
    Failed {
        trade: String,
        error: String,
        over: bool,
    },
    /// What the worker found out of itself.
    Wrong(String),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Line::Begun { trade, id, kind, at } => {
                let kind = match kind {
                    Kind::Event => "event",
                    Kind::Snapshot => "snapshot",
                    Kind::Gap => "gap",
                };
                write!(f, "begun {trade} {id} {kind} {at}")
            }
            Line::Done { trade, id } => write!(f, "done {trade} {id}"),
            Line::Failed { trade, error, over } => write!(f, "failed {trade} {over} {error}"),
            Line::Wrong(what) => write!(f, "wrong {what}"),
        }
    }
}

impl Line {
    /// `None` for half a line.
    pub(crate) fn read(text: &str) -> Option<Line> {
        let (word, rest) = text.split_once(' ')?;
        let mut words = rest.splitn(if word == "failed" { 3 } else { 5 }, ' ');
        let mut word_of = || words.next().map(str::to_owned);
        Some(match word {
            "begun" => {
                let (trade, id) = (word_of()?, word_of()?.parse().ok()?);
                let kind = match word_of()?.as_str() {
                    "event" => Kind::Event,
                    "snapshot" => Kind::Snapshot,
                    "gap" => Kind::Gap,
                    _ => return None,
                };
                Line::Begun { trade, id, kind, at: word_of()?.parse().ok()? }
            }
            "done" => Line::Done { trade: word_of()?, id: word_of()?.parse().ok()? },
            "failed" => {
                let (trade, over) = (word_of()?, word_of()?.parse().ok()?);
                Line::Failed { trade, over, error: word_of()? }
            }
            "wrong" => Line::Wrong(rest.to_owned()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Line};

    #[test]
    fn lines_read_as_they_were_written() {
        let trade = "3000000000000000001".to_owned();
        for line in [
            Line::Begun { trade: trade.clone(), id: 17, kind: Kind::Gap, at: 1_800_000_000_000_000 },
            Line::Done { trade: trade.clone(), id: 17 },
            Line::Failed { trade, error: "store: it is busy".into(), over: false },
            Line::Wrong("two words".into()),
        ] {
            assert_eq!(Line::read(&line.to_string()), Some(line));
        }
        assert_eq!(Line::read("begun 3000000000000000001 17 ga"), None);
    }
}
