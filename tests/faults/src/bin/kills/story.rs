//! One simulator, one file, and a victim that is killed some times.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use autoplus_faults::process::Process;
use autoplus_simulator::{Config, Simulator};
use serde_json::{Value, json};

use super::ending;
use super::task::{BESIDE, Role, Task, Told, VICTIM, number};

/// How a story ended.
#[derive(Default)]
pub(crate) struct End {
    pub(crate) seed: u64,
    /// When the victims were killed, in milliseconds of their lives.
    pub(crate) instants: Vec<u64>,
    pub(crate) trades: usize,
    /// 1 if a process lived beside the victims.
    pub(crate) beside: usize,
    pub(crate) settled: Settled,
    pub(crate) wrong: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Settled {
    pub(crate) done: usize,
    pub(crate) not_done: usize,
    pub(crate) unknown: usize,
}

/// What the processes told, taken together.
#[derive(Default)]
pub(crate) struct Known {
    /// Trades by name.
    pub(crate) trades: BTreeMap<String, String>,
    begun: BTreeMap<&'static str, u32>,
    closed: Vec<u32>,
}

pub(crate) fn play(seed: u64, kills: usize) -> End {
    let mut chance = fastrand::Rng::with_seed(seed);
    let simulator = Simulator::start(Config { seed, ..Config::default() }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store.db");
    let start = |role| {
        let (base_url, store) = (simulator.base_url().to_owned(), store.clone());
        Process::start(&Task { base_url, store, role, seed })
    };
    let mut end = End { seed, ..End::default() };
    let mut known = Known::default();
    let beside = chance.bool().then(|| start(Role::Beside));
    end.beside = usize::from(beside.is_some());
    for _ in 0..kills {
        slow_down(&simulator, &mut chance);
        let mut victim = start(Role::Victim { from: known.from() });
        assert_eq!(victim.hear(), Some(Told::Here), "a victim didn't start");
        let instant = chance.u64(..1200);
        std::thread::sleep(Duration::from_millis(instant));
        end.instants.push(instant);
        let (told, lived) = victim.kill();
        told.into_iter().for_each(|told| end.hear(told, &mut known));
        if !lived {
            end.wrong.push("a victim ended by itself".to_owned());
        }
    }
    simulator.control(&json!({ "do": "calm" })).unwrap();
    if let Some(beside) = beside {
        std::fs::write(folder.path().join("stop"), "").unwrap();
        end.hear_out(beside, &mut known, "the process beside");
    }
    let (victims, besides) = (known.begun(VICTIM), known.begun(BESIDE));
    end.hear_out(start(Role::Last { victims, beside: besides }), &mut known, "the last process");
    end.trades = known.trades.len();
    end.wrong.extend(ending::look(&simulator, &store, &known));
    end.wrong.extend(left_behind(&store));
    end
}

/// Makes the instants long in which a request is under way.
fn slow_down(simulator: &Simulator, chance: &mut fastrand::Rng) {
    let control = |command: Value| simulator.control(&command).unwrap();
    control(json!({ "do": "calm" }));
    control(json!({ "do": "settings", "in_flight": if chance.bool() { "process" } else { "conflict" } }));
    for endpoint in
        ["POST /guilds/{id}/trades", "POST /trades/{id}/confirm-action", "POST /trades/{id}/confirm-claim"]
    {
        if let Some(kind) =
            chance.choice(["slow", "slow_body", "delayed", ""]).filter(|kind| !kind.is_empty())
        {
            let seconds = f64::from(chance.u32(2..20)) / 100.0;
            control(
                json!({ "do": "fault", "on": endpoint, "kind": kind, "seconds": seconds, "times": 100_000 }),
            );
        }
    }
}

/// Files of processes that ended.
fn left_behind(store: &Path) -> Option<String> {
    let entries = std::fs::read_dir(store.parent().unwrap()).unwrap();
    let names: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    let left: Vec<_> = names.iter().filter(|path| path.to_string_lossy().contains("-owner-")).collect();
    (!left.is_empty()).then(|| format!("{} files of processes that ended lie beside the store", left.len()))
}

impl End {
    fn hear(&mut self, told: Told, known: &mut Known) {
        match told {
            Told::Wrong(why) => self.wrong.push(why),
            Told::Settled(_, verdict) => match verdict.as_str() {
                "done" => self.settled.done += 1,
                "not_done" => self.settled.not_done += 1,
                _ => self.settled.unknown += 1,
            },
            Told::Opened(name, id) => {
                let before = known.trades.insert(name.clone(), id.clone());
                if let Some(before) = before.filter(|before| *before != id) {
                    self.wrong.push(format!("{name} was trade {before} and is {id} now"));
                }
            }
            Told::Begins(name) => known.note(&name),
            Told::Closed(name) => known.closed.extend(number(VICTIM, &name)),
            Told::Here | Told::Over => {}
        }
    }

    /// Hears a process out that ends by itself.
    fn hear_out(&mut self, process: Process, known: &mut Known, who: &str) {
        let told: Vec<Told> = process.rest().unwrap_or_default();
        if told.last() != Some(&Told::Over) {
            self.wrong.push(format!("{who} didn't end well"));
        }
        told.into_iter().for_each(|told| self.hear(told, known));
    }
}

impl Known {
    fn note(&mut self, name: &str) {
        for whose in [VICTIM, BESIDE] {
            if let Some(number) = number(whose, name) {
                let most = self.begun.entry(whose).or_default();
                *most = (*most).max(number + 1);
            }
        }
    }

    /// How many trades of an owner were begun.
    fn begun(&self, whose: &str) -> u32 {
        self.begun.get(whose).copied().unwrap_or_default()
    }

    /// The first trade that isn't closed yet; even, since two are played at once.
    fn from(&self) -> u32 {
        let open = (0..).find(|number| !self.closed.contains(number)).unwrap_or_default();
        open - open % 2
    }
}
