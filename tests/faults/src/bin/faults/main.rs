//! Every call that changes something, under every fault, with every store, in a process that goes on and in one that
//! is killed: what is said must be true, and be what `expected.tsv` says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that shows its table"
)]

mod expected;
mod goes_on;
mod killed;
mod settle;

use std::panic::catch_unwind;
use std::process::ExitCode;

use autoplus_faults::call::Call;
use autoplus_faults::{jobs, process};
use expected::Expected;

/// One cell of the table.
#[derive(Debug, Clone)]
struct Case {
    killed: bool,
    fault: String,
    store: &'static str,
    call: Call,
}

/// What was seen in it.
struct Seen {
    /// In the words of `expected.tsv`.
    said: String,
    /// What must never be, and was.
    wrong: Vec<String>,
}

fn main() -> ExitCode {
    if let Some(task) = process::task::<settle::Task>() {
        settle::run(task);
        return ExitCode::SUCCESS;
    }
    let only = std::env::args().nth(1).unwrap_or_default();
    let expected = Expected::load();
    let cases: Vec<_> = cases().into_iter().filter(|case| case.to_string().contains(&only)).collect();
    let (goes_on, killed): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| !case.killed);
    let mut rows = Vec::new();
    for (cases, at_once) in [(goes_on, 24), (killed, 12)] {
        let seen = jobs::all(cases.clone(), at_once, |case| {
            let play = || if case.killed { killed::play(&case) } else { goes_on::play(&case) };
            catch_unwind(play).unwrap_or_else(|_| Seen { said: "it stopped".to_owned(), wrong: Vec::new() })
        });
        rows.extend(cases.into_iter().zip(seen));
    }
    show(&rows);
    let mut failed = 0;
    for (case, seen) in &rows {
        let mut wrong = seen.wrong.clone();
        let expects = expected.of(case);
        if seen.said != expects {
            wrong.push(format!("it said {:?}, and the rules say {expects:?}", seen.said));
        }
        if !wrong.is_empty() {
            failed += 1;
            println!("FAILED {case}: {}", wrong.join("; "));
        }
    }
    let unused =
        if only.is_empty() { expected.unused(rows.iter().map(|(case, _)| case)) } else { Vec::new() };
    for row in &unused {
        println!("FAILED expected.tsv has a row that nothing plays: {row}");
    }
    println!("{} passed, {} failed", rows.len() - failed, failed + unused.len());
    if failed + unused.len() == 0 && !rows.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn cases() -> Vec<Case> {
    let goes_on = goes_on::faults().into_iter().map(|(name, _)| (false, name));
    let killed = killed::POINTS.iter().map(|point| (true, point.name.to_owned()));
    let mut cases = Vec::new();
    for (killed, fault) in goes_on.chain(killed) {
        for store in ["memory", "sqlite"] {
            cases.extend(Call::ALL.map(|call| Case { killed, fault: fault.clone(), store, call }));
        }
    }
    cases
}

/// A row for each fault and store, a column for each call.
fn show(rows: &[(Case, Seen)]) {
    let width = |call: &Call| format!("{call:?}").len().max(24);
    let columns = |cells: Vec<(Call, String)>| {
        let padded = cells.into_iter().map(|(call, text)| format!("{text:<width$}", width = width(&call)));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    println!("{:<52}{}", "", columns(Call::ALL.map(|call| (call, format!("{call:?}"))).to_vec()));
    for line in rows.chunk_by(|(one, _), (other, _)| one.line() == other.line()) {
        let cells = line.iter().map(|(case, seen)| (case.call, seen.said.clone())).collect();
        println!("{:<52}{}", line[0].0.line(), columns(cells));
    }
}

impl Case {
    fn form(&self) -> &'static str {
        if self.killed { "killed" } else { "goes on" }
    }

    fn line(&self) -> String {
        format!("{}, {}: {}", self.form(), self.store, self.fault)
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:?}", self.line(), self.call)
    }
}
