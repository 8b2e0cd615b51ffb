//! The process is killed with SIGKILL while the call is under way, and new ones over the same store say what they find:
//! right away, once the trouble is over, and long after.

use std::time::{Duration, Instant};

use autoplus_faults::call::Call;
use autoplus_faults::ground::Ground;
use autoplus_faults::process::Process;
use serde_json::{Value, json};

use super::goes_on::lie;
use super::settle::{Found, Job, Task};
use super::{Case, Seen};

/// When the process is killed.
pub(crate) struct Point {
    pub(crate) name: &'static str,
    fault: fn() -> Value,
    when: When,
}

#[derive(Clone, Copy, PartialEq)]
enum When {
    /// The request came in.
    Seen,
    /// It took effect.
    Done,
    /// The call ended and said so.
    Told,
}

pub(crate) const POINTS: &[Point] = &[
    // Prepared and on its way; whether it never left or never arrived is the same to everybody.
    Point {
        name: "sent, never arrives",
        fault: || json!({ "kind": "lost_before", "times": 99 }),
        when: When::Seen,
    },
    Point {
        name: "sent, arrives after the kill",
        fault: || json!({ "kind": "delayed", "seconds": 30 }),
        when: When::Seen,
    },
    Point {
        name: "done, no answer yet",
        fault: || json!({ "kind": "slow", "seconds": 9 }),
        when: When::Done,
    },
    Point {
        name: "done, half an answer",
        fault: || json!({ "kind": "slow_body", "seconds": 9 }),
        when: When::Done,
    },
    Point {
        name: "between retries, not done",
        fault: || json!({ "kind": "status", "status": 503, "retry_after": 9, "times": 99 }),
        when: When::Seen,
    },
    Point {
        name: "between retries, done",
        fault: || json!({ "kind": "status", "status": 503, "retry_after": 9, "processed": true, "times": 99 }),
        when: When::Done,
    },
    Point { name: "after the answer", fault: || json!(null), when: When::Told },
];

/// Everything that can still happen has happened by then: a claim's silence of ten minutes included.
const LONG_AFTER: u64 = 800;

pub(crate) fn play(case: &Case) -> Seen {
    let call = case.call;
    let ground = Ground::prepare(call);
    let point = POINTS.iter().find(|point| point.name == case.fault).unwrap();
    ground.fault(&(point.fault)());
    let folder = tempfile::tempdir().unwrap();
    let store = match case.store {
        "sqlite" => format!("sqlite:{}", folder.path().join("store.db").display()),
        other => other.to_owned(),
    };
    let task = |job| Task {
        base_url: ground.base_url().to_owned(),
        store: store.clone(),
        call,
        trade: ground.trade.clone(),
        job,
    };
    let mut seen = Seen { said: String::new(), wrong: Vec::new() };
    let mut words = Vec::new();
    let mut process = Process::start(&task(Job::Make));
    match point.when {
        When::Told => {
            let told: String = process.hear().expect("what the call said");
            lie(&mut seen, &told, ground.effects());
            words.push(format!("told {told}"));
        }
        When::Seen => wait(|| ground.requests() > 0),
        When::Done => wait(|| ground.effects() > 0),
    }
    if point.name.contains("half") {
        std::thread::sleep(Duration::from_millis(200));
    }
    let (_, lived) = process.kill::<String>();
    assert!(lived, "it ended before it was killed");
    for look in 0..3 {
        match look {
            0 => {}
            1 => drop(ground.control(json!({ "do": "calm" }))),
            _ => drop(ground.control(json!({ "do": "advance", "seconds": LONG_AFTER }))),
        }
        let found = look_for(&task(Job::Find { long: look == 2 }));
        let word = found.word();
        // What is still on its way isn't shown yet, and that proves nothing.
        if word != "not shown" || look == 2 {
            lie(&mut seen, word, ground.effects());
        }
        if word != "nothing" || look == 0 {
            words.push(word.to_owned());
        }
        if look == 2 {
            end(&mut seen, case, &ground, &task, &found, &words);
        }
    }
    seen.said = summary(&words);
    seen
}

/// What must hold whatever was found.
fn end(
    seen: &mut Seen,
    case: &Case,
    ground: &Ground,
    task: &dyn Fn(Job) -> Task,
    found: &Found,
    words: &[String],
) {
    if words.iter().any(|word| word == "not_done") && ground.effects() > 0 {
        seen.wrong.push("a false not_done: it was done later".to_owned());
    }
    let open: Vec<_> = found.pending.iter().filter(|state| *state != "accepted").collect();
    if !open.is_empty() {
        seen.wrong.push(format!("still open: {open:?}"));
    }
    // An accepted claim outlives the process, so that none is made beside it.
    let kept = case.store == "sqlite" && case.call == Call::Claim && ground.effects() > 0;
    if kept != (found.pending == ["accepted"]) {
        seen.wrong.push(format!("the claim is {:?}", found.pending));
    }
    if case.call == Call::Open && case.store == "sqlite" {
        let before = ground.requests();
        let again = look_for(&task(Job::Repeat));
        if again.word() != "done" || ground.requests() != before {
            seen.wrong.push(format!("the finished name gives {again:?} after {before} requests"));
        }
    }
    if ground.effects() > 1 {
        seen.wrong.push("it was done twice".to_owned());
    }
    seen.wrong.extend(ground.violations().into_iter().map(|violation| format!("the server saw {violation}")));
}

/// The words of all looks. Once something is settled, later looks find nothing; where none ever found anything, it is
/// lost with the process.
fn summary(words: &[String]) -> String {
    let mut told: Vec<&str> = words.iter().map(String::as_str).collect();
    told.dedup_by(|later, earlier| later == earlier && *later == "shown");
    match told.as_slice() {
        ["nothing"] => "lost".to_owned(),
        ["told done", "nothing" | "shown"] => "told done".to_owned(),
        words => words.join(" > "),
    }
}

/// What a new process finds.
fn look_for(task: &Task) -> Found {
    let mut told = Process::start(task).rest().expect("a process that looks ends well");
    told.pop().expect("what was found")
}

fn wait(until: impl Fn() -> bool) {
    let began = Instant::now();
    while !until() {
        assert!(began.elapsed() < Duration::from_secs(30), "the call never came so far");
        std::thread::sleep(Duration::from_millis(5));
    }
}
