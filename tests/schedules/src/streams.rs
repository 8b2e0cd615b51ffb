//! Whether a stream of events was whole.

use std::collections::BTreeSet;

use crate::ledger::Stream;

/// Within one stream nothing repeats or goes back, and it misses nothing that another one saw.
pub(crate) fn is_whole(stream: &Stream, known: &BTreeSet<i64>) -> Result<(), String> {
    let mut after = stream.start_after;
    for seen in &stream.seen {
        match (after, seen.is_snapshot) {
            (Some(last), false) if seen.id <= last => return Err(format!("{} came after {last}", seen.id)),
            (Some(last), false) => {
                if let Some(missed) = known.range(last + 1..seen.id).next() {
                    return Err(format!("{missed} is missing between {last} and {}", seen.id));
                }
            }
            _ => {}
        }
        if seen.offset < seen.id {
            return Err(format!("{} stands at the offset {}", seen.id, seen.offset));
        }
        after = Some(seen.id);
    }
    Ok(())
}
