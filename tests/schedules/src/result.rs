//! The result of many seeds as a page to keep.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use crate::fleet::Harvest;
use crate::words::{Deed, Verdict};

/// What is written to `RESULT.md`.
pub fn page(harvest: &Harvest, first: u64, count: u64) -> String {
    let Harvest { passed, failed, calls, requests, events, seconds, .. } = harvest;
    let last = first + count.max(1) - 1;
    let mut page = format!(
        "# Random schedules\n\n\
         {count} seeds, from {first} to {last}: **{passed} passed, {failed} failed**, in {seconds:.0} seconds. \
         {calls} calls were answered, {requests} requests sent, {events} events handed out.\n\n\
         Each seed is one schedule: two accounts bring one to three trades from their opening to their end, in virtual time, \
         through everything below. Again: `make schedules`. One seed with its whole transcript: \
         `cargo run -p autoplus-schedules -- --seed N`.\n\n\
         ## What was said in the end\n\n| |"
    );
    let _ = writeln!(page, " {} |", Verdict::ALL.map(Verdict::as_str).join(" | "));
    let _ = writeln!(page, "|---|{}", "---|".repeat(Verdict::ALL.len()));
    for deed in Deed::ALL {
        let count = |verdict: Verdict| harvest.verdicts.get(&(deed.as_str(), verdict.as_str())).copied();
        let counts = Verdict::ALL.map(|verdict| count(verdict).unwrap_or_default().to_string());
        let _ = writeln!(page, "| {} | {} |", deed.as_str(), counts.join(" | "));
    }
    page += "\n*Untold*: its caller went away, and it has no name to ask under; or its challenge was never confirmed.\n\
             *Perhaps*: the trade moved on meanwhile, and the error shows both snapshots.\n";
    let unknown = harvest.unknown.iter().map(|((deed, why), count)| (format!("{deed}: {why}"), *count));
    table(&mut page, "Unknown to the end, and why nothing tells", unknown);
    let echoes = harvest.echoes.iter().map(|(deed, count)| (deed, *count));
    table(
        &mut page,
        "Delivered twice by a proxy, refused the second time, and overtaken before a look",
        echoes,
    );
    table(&mut page, "Faults that requests met", harvest.faults.iter().map(|(name, count)| (name, *count)));
    table(
        &mut page,
        "Where trades stood at the end",
        harvest.ends.iter().map(|(name, count)| (name, *count)),
    );
    page
}

fn table(page: &mut String, title: &str, rows: impl Iterator<Item = (impl Display, u64)>) {
    let rows: BTreeMap<String, u64> = rows.map(|(name, count)| (name.to_string(), count)).collect();
    let _ = write!(page, "\n## {title}\n\n| | |\n|---|---:|\n");
    for (name, count) in rows {
        let _ = writeln!(page, "| {name} | {count} |");
    }
}
