//! What was asked for, by whom, with which reviewed values, and what the library said became of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::words::{Deed, Told, Verdict};

/// One call of identification or terms, one challenge, or one intent to create.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) deed: Deed,
    /// Which client, for people.
    pub(crate) who: String,
    /// A Discord id.
    pub(crate) user: String,
    /// The thread id; none for creating.
    pub(crate) trade: Option<String>,
    /// Whether somebody could ask again for its outcome: it has a name, or its caller listened.
    pub(crate) is_named: bool,
    /// It was asked for while both polls of its trade were taken, so that its place among the events isn't known.
    pub(crate) is_placeless: bool,
    /// The reviewed values: what the body of a request that does this must hold.
    pub(crate) carries: Value,
    pub(crate) told: Vec<Told>,
}

impl Attempt {
    /// Done, once said, stays; an intent to create may be refused and tried again; what was unknown and is spent was
    /// settled as not done.
    pub(crate) fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::Untold;
        for told in &self.told {
            verdict = match told {
                _ if verdict == Verdict::Done => Verdict::Done,
                Told::Done(_) => Verdict::Done,
                Told::NotDone => Verdict::NotDone,
                Told::Perhaps => Verdict::Perhaps,
                Told::Unknown => Verdict::Unknown,
                Told::Spent if verdict == Verdict::Unknown => Verdict::NotDone,
                // What was refused and asked again may be done by now, and nobody heard of it.
                Told::Unheard if verdict == Verdict::NotDone => Verdict::Untold,
                Told::Spent | Told::Nothing | Told::Unheard | Told::Defect(_) => verdict,
            };
        }
        verdict
    }
}

/// An event as a stream handed it out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) id: i64,
    pub(crate) is_snapshot: bool,
    pub(crate) offset: i64,
}

/// What one stream handed out.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) who: String,
    pub(crate) trade: String,
    pub(crate) start_after: Option<i64>,
    pub(crate) seen: Vec<Seen>,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) streams: Vec<Stream>,
    /// Trades whose funds staff moved, with the move.
    pub(crate) forced: BTreeSet<(String, &'static str)>,
    /// Trades whose history has an event of a kind that nobody knows.
    pub(crate) odd: BTreeSet<String>,
    /// What was noticed on the way and must not be.
    pub(crate) problems: Vec<String>,
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    /// The confirmation code that a client was given last, by client and trade.
    codes: BTreeMap<(String, String), String>,
}

impl Ledger {
    pub(crate) fn begin(&mut self, attempt: Attempt) -> usize {
        self.attempts.push(attempt);
        self.attempts.len() - 1
    }

    pub(crate) fn tell(&mut self, attempt: usize, told: Told) {
        self.calls += 1;
        if let Told::Defect(words) = &told {
            self.problems.push(format!("the library calls it a defect itself: {words}"));
        }
        self.attempts[attempt].told.push(told);
    }

    pub(crate) fn given_code(&mut self, who: &str, trade: &str, code: &str) {
        self.codes.insert((who.to_owned(), trade.to_owned()), code.to_owned());
    }

    pub(crate) fn code(&self, who: &str, trade: &str) -> Option<String> {
        self.codes.get(&(who.to_owned(), trade.to_owned())).cloned()
    }
}
