//! Compares what the library said with what the simulator saw.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::facts::{Facts, Move, is_of, verdict};
use crate::findings::Findings;
use crate::ledger::{Attempt, Ledger};
use crate::scene::Scene;
use crate::streams::is_whole;
use crate::words::{Deed, Told, Verdict};

pub(crate) fn judge(scene: &Scene) -> Findings {
    let ledger = scene.ledger();
    let ids = scene.simulator.control(&json!({"do": "trades"})).unwrap_or_default();
    let ids = ids.as_array().into_iter().flatten().filter_map(|trade| trade["id"].as_str());
    let facts: Vec<Facts> = ids.filter_map(|id| Facts::of(scene, id)).collect();
    let mut findings = Findings {
        problems: ledger.problems.clone(),
        calls: ledger.calls,
        requests: ledger.requests,
        faults: faults(scene),
        ..Findings::default()
    };
    let mut court = Court { scene, ledger: &ledger, facts: &facts, findings: &mut findings };
    court.simulators_own_check();
    court.every_effect_was_meant_and_told();
    court.every_word_was_true();
    court.streams_were_whole();
    for trade in &facts {
        *findings.ends.entry(trade.status().to_owned()).or_default() += 1;
    }
    findings
}

struct Court<'a> {
    scene: &'a Scene,
    ledger: &'a Ledger,
    facts: &'a [Facts],
    findings: &'a mut Findings,
}

impl Court<'_> {
    fn blame(&mut self, problem: String) {
        self.findings.problems.push(problem);
    }

    /// No double operation, whoever said what.
    fn simulators_own_check(&mut self) {
        let intents = self.ledger.attempts.iter().filter(|attempt| attempt.deed == Deed::Create).count();
        match self.scene.simulator.control(&json!({"do": "check", "creates": intents})) {
            Ok(Value::Array(broken)) => {
                broken.iter().for_each(|rule| self.blame(format!("the simulator: {rule}")))
            }
            Ok(other) => self.blame(format!("the simulator's check gave {other}")),
            Err(why) => self.blame(why),
        }
    }

    /// What was done carried reviewed values, and nobody was told that it wasn't done.
    fn every_effect_was_meant_and_told(&mut self) {
        for trade in self.facts {
            for made in trade.moves.iter().filter(|made| made.is_ours) {
                let asked: Vec<&Attempt> =
                    self.ledger.attempts.iter().filter(|attempt| is_of(attempt, made, trade)).collect();
                let denied = asked.iter().all(|attempt| verdict(attempt, trade) == Verdict::NotDone);
                let what = format!("{} by {} in {}: {}", made.deed, made.user, trade.id, made.body);
                match asked.first() {
                    None => self.blame(format!("nobody asked for, or reviewed the values of, {what}")),
                    Some(first) if denied && first.deed.compares() && self.is_echo(made, trade) => {
                        *self.findings.echoes.entry(first.deed.as_str()).or_default() += 1;
                    }
                    Some(_) if denied => {
                        let numbers = self.numbers(|attempt| is_of(attempt, made, trade));
                        self.blame(format!("{numbers} was told not done, but it was: {what}"));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    /// Whether a proxy delivered this twice and handed out the second answer, a refusal, and before anybody could look
    /// somebody else changed what it had done. Only then may a call be told not done that was: the rules need that
    /// no proxy repeats requests, and what is gone again can't be read.
    fn is_echo(&self, made: &Move, trade: &Facts) -> bool {
        let requests = self.scene.simulator.control(&json!({"do": "requests"})).unwrap_or_default();
        let mut twice =
            requests.as_array().into_iter().flatten().filter(|request| request["fault"] == "duplicate");
        let is_same = |request: &Value| {
            let body = request["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok());
            body.as_ref() == Some(&made.body)
        };
        let after = trade.moves.iter().skip_while(|other| !std::ptr::eq(*other, made)).skip(1);
        let clears = ["choose_role", "reset_identification", "set_terms"];
        twice.any(is_same) && after.clone().any(|later| clears.contains(&later.deed.as_str()))
    }

    fn numbers(&self, matches: impl Fn(&Attempt) -> bool) -> String {
        let numbered = self.ledger.attempts.iter().enumerate().filter(|(_, attempt)| matches(attempt));
        numbered.map(|(number, _)| format!("#{number}")).collect::<Vec<_>>().join(" ")
    }

    /// What was said to be done was done, and what stays unknown can't be known.
    fn every_word_was_true(&mut self) {
        for (number, attempt) in self.ledger.attempts.iter().enumerate() {
            let trade = attempt.trade.as_ref().and_then(|id| self.facts.iter().find(|trade| trade.id == *id));
            let verdict = match (attempt.deed, trade) {
                (Deed::Create, _) => attempt.verdict(),
                (_, Some(trade)) => verdict(attempt, trade),
                (_, None) => continue,
            };
            let deed = attempt.deed.as_str();
            *self.findings.verdicts.entry((deed, verdict.as_str())).or_default() += 1;
            let is_true = match (attempt.deed, trade) {
                (Deed::Create, _) => self.created(attempt),
                (_, Some(trade)) => self.took_effect(attempt, trade),
                _ => true,
            };
            if verdict == Verdict::Done && !is_true {
                self.blame(format!("#{number} {deed} of {} was told done, but it wasn't", attempt.who));
            }
            if verdict == Verdict::NotDone && attempt.deed == Deed::Create && self.is_there(attempt) {
                self.blame(format!("#{number} {deed} of {} was told not done, but it was", attempt.who));
            }
            if verdict == Verdict::Unknown {
                match self.why_unknown(attempt, trade) {
                    Some(why) => *self.findings.unknown.entry((deed, why)).or_default() += 1,
                    None => self.blame(format!("#{number} {deed} of {} is unknown to the end", attempt.who)),
                }
            }
        }
    }

    /// Whether a trade that was created for this very intent is there.
    fn is_there(&self, attempt: &Attempt) -> bool {
        self.facts
            .iter()
            .any(|trade| trade.moves.iter().any(|made| made.is_ours && is_of(attempt, made, trade)))
    }

    /// Whether the trade that it was told is the one.
    fn created(&self, attempt: &Attempt) -> bool {
        let told = attempt.told.iter().filter_map(|told| match told {
            Told::Done(id) => Some(id.as_str()),
            _ => None,
        });
        let told: BTreeSet<&str> = told.collect();
        let fits = |id: &str| {
            let trade = self.facts.iter().find(|trade| trade.id == id);
            trade.is_some_and(|trade| {
                trade.moves.iter().any(|made| made.is_ours && is_of(attempt, made, trade))
            })
        };
        told.len() == 1 && told.iter().all(|id| fits(id))
    }

    /// Whether what was asked for came about: by this, by an equal call, or by a move that can't be told from it.
    fn took_effect(&self, attempt: &Attempt, trade: &Facts) -> bool {
        let same = |made: &&Move| made.deed == attempt.deed.as_str();
        let mine = |made: &&Move| same(made) && made.user == attempt.user;
        let mut moves = trade.moves.iter();
        match attempt.deed {
            Deed::Claim => moves.any(|made| is_of(attempt, made, trade)),
            Deed::Release | Deed::Return => {
                let forced = self.ledger.forced.contains(&(trade.id.clone(), attempt.deed.as_str()));
                forced || moves.any(|made| is_of(attempt, made, trade) || (mine(&made) && !made.is_ours))
            }
            // A reset by the other side leaves the same.
            Deed::ResetIdentification => moves.any(|made| same(&made)),
            Deed::SetTerms => moves
                .any(|made| mine(&made) && (!made.is_ours || made.body["text"] == attempt.carries["text"])),
            Deed::ChooseRole => moves
                .any(|made| mine(&made) && (!made.is_ours || made.body["role"] == attempt.carries["role"])),
            _ => moves.any(|made| is_of(attempt, made, trade) || (mine(&made) && !made.is_ours)),
        }
    }

    /// Why nothing can tell, if so.
    fn why_unknown(&self, attempt: &Attempt, trade: Option<&Facts>) -> Option<&'static str> {
        if attempt.deed.compares() {
            return Some("such a call can't be repeated");
        }
        let Some(trade) = trade else {
            let stored = self.scene.climate.is("failed_answers", "all");
            return stored.then_some("a failure is stored under its key");
        };
        let forced = ["release", "return"]
            .iter()
            .any(|action| self.ledger.forced.contains(&(trade.id.clone(), action)));
        let switches = &self.scene.climate;
        match attempt.deed {
            _ if trade.lost_history() => Some("the history expired"),
            _ if forced => Some("staff moved the funds"),
            Deed::Release | Deed::Return if trade.status() != "waitingAction" => {
                Some("the trade moved on otherwise")
            }
            Deed::Claim if attempt.is_placeless => Some("both polls were taken when it was asked for"),
            Deed::Claim if switches.has("empty_changes") => Some("events without changes"),
            Deed::Claim if !switches.is("claim_status", "unchanged") => {
                Some("the status shows it in its own words")
            }
            Deed::Claim if self.ledger.odd.contains(&trade.id) => {
                Some("an event of a kind that nobody knows")
            }
            Deed::Claim if trade.status() == "completed" => Some("the trade closed otherwise"),
            Deed::Claim if trade.moves.iter().filter(|made| made.deed == "claim").count() > 0 => {
                Some("another transfer's events")
            }
            _ => None,
        }
    }

    fn streams_were_whole(&mut self) {
        let mut known: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
        for stream in &self.ledger.streams {
            let events = stream.seen.iter().filter(|seen| !seen.is_snapshot);
            known.entry(&stream.trade).or_default().extend(events.map(|seen| seen.id));
            self.findings.events += stream.seen.len() as u64;
        }
        for stream in &self.ledger.streams {
            if let Err(why) = is_whole(stream, &known[stream.trade.as_str()]) {
                self.blame(format!("a stream of {} in {}: {why}", stream.who, stream.trade));
            }
        }
    }
}

fn faults(scene: &Scene) -> BTreeMap<String, u64> {
    let mut met = BTreeMap::new();
    // Cheaper than reading thousands of requests as JSON.
    let requests = scene.simulator.control_text(r#"{"do": "requests"}"#).unwrap_or_default();
    for after in requests.split("\"fault\":\"").skip(1) {
        let name: String = after.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        *met.entry(name).or_default() += 1;
    }
    met
}
