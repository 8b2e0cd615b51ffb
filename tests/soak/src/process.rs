//! A worker's process: started, read, measured, and killed.

use std::fs::File;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::line::Line;
use crate::task::Task;

/// The first argument of a worker; its task is the second.
pub(crate) const WORKER: &str = "worker";

const TIME_TO_END: Duration = Duration::from_secs(20);

pub(crate) struct Process {
    child: Child,
    began: Instant,
    log: File,
    /// The last bytes of the log that are no whole line yet.
    rest: String,
}

impl Process {
    pub(crate) fn start(task: &Task) -> Process {
        File::create_new(&task.log).expect("a new log");
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(WORKER).arg(serde_json::to_string(task).expect("a task"));
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("a worker");
        let log = File::open(&task.log).expect("the log");
        Process { child, began: Instant::now(), log, rest: String::new() }
    }

    pub(crate) fn age(&self) -> Duration {
        self.began.elapsed()
    }

    /// What it wrote down since this was asked last.
    pub(crate) fn lines(&mut self) -> Vec<Line> {
        self.log.read_to_string(&mut self.rest).expect("the log");
        let whole = self.rest.rfind('\n').map_or(0, |end| end + 1);
        let text: String = self.rest.drain(..whole).collect();
        let read = |line| Line::read(line).unwrap_or_else(|| Line::Wrong(format!("an odd line: {line}")));
        text.lines().map(read).collect()
    }

    /// The memory that it holds, in KiB; none where the system doesn't say or it has ended.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }

    /// Why it is gone, if it is.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().expect("a worker")?;
        Some(format!("the worker ended by itself: {status}"))
    }

    /// SIGKILL; what it wrote down until then.
    pub(crate) fn kill(mut self) -> Vec<Line> {
        self.child.kill().expect("a worker");
        self.child.wait().expect("a worker");
        self.lines()
    }

    /// Lets it end in its own way; what it wrote down until then.
    pub(crate) fn stop(mut self) -> Vec<Line> {
        drop(self.child.stdin.take());
        let until = Instant::now() + TIME_TO_END;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().expect("a worker") {
                let bad = (!status.success()).then(|| Line::Wrong(format!("it ended badly: {status}")));
                return self.lines().into_iter().chain(bad).collect();
            }
            thread::sleep(Duration::from_millis(5));
        }
        let late = Line::Wrong(format!("it didn't end within {} s", TIME_TO_END.as_secs()));
        self.kill().into_iter().chain([late]).collect()
    }
}
