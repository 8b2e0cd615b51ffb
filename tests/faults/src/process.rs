//! Processes of this same program that do one thing for their parent, tell it line by line, and may be killed.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;

const MARK: &str = "--child";

/// A child of this process.
pub struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

/// What this process was started for, if it is a child.
pub fn task<T: DeserializeOwned>() -> Option<T> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next()? != MARK {
        return None;
    }
    let task = arguments.next().expect("a child's task");
    Some(serde_json::from_str(&task).expect("a child's task"))
}

/// Tells the parent something, at once.
pub fn tell(what: &impl Serialize) {
    let line = serde_json::to_string(what).unwrap();
    let mut out = std::io::stdout().lock();
    // The parent may be gone; then nobody is left to tell.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

impl Process {
    /// Starts a child with a task.
    pub fn start(task: &impl Serialize) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(MARK).arg(serde_json::to_string(task).unwrap());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// What it tells next; none once it ended.
    pub fn hear<T: DeserializeOwned>(&mut self) -> Option<T> {
        let line = self.lines.next()?.ok()?;
        // One that was killed may leave half a line.
        serde_json::from_str(&line).ok()
    }

    /// Ends it with SIGKILL; all that it still told before, and whether it lived until then.
    pub fn kill<T: DeserializeOwned>(mut self) -> (Vec<T>, bool) {
        let lived = self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (std::iter::from_fn(|| self.hear()).collect(), lived)
    }

    /// All that it tells until it ends by itself; none if it doesn't end well.
    pub fn rest<T: DeserializeOwned>(mut self) -> Option<Vec<T>> {
        let told = std::iter::from_fn(|| self.hear()).collect();
        self.child.wait().unwrap().success().then_some(told)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing that failed on the way leaves a child behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
