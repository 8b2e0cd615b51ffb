//! A bot follows a thousand trades. It is killed every few seconds, its connections are cut, history expires before it
//! was read. Every event must be handled, in order, and again only where a kill left it unfinished.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that shows how it goes"
)]

mod arguments;
mod checker;
mod clock;
mod consumer;
mod history;
mod line;
mod market;
mod memory;
mod mishaps;
mod process;
mod supervisor;
mod task;
mod worker;

use std::process::ExitCode;

use arguments::{HELP, Plan};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|first| first == process::WORKER).is_some() {
        let task =
            arguments.next().and_then(|task| serde_json::from_str(&task).ok()).expect("a worker's task");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(worker::run(&task));
        return ExitCode::SUCCESS;
    }
    let plan = match Plan::of(arguments) {
        Ok(plan) => plan,
        Err(why) => {
            println!("{why}\n{HELP}");
            return ExitCode::FAILURE;
        }
    };
    #[cfg(unix)]
    allow_many_files();
    println!(
        "seed {}: {} events on {} trades in {} s",
        plan.seed,
        plan.events,
        plan.trades,
        plan.time.as_secs()
    );
    let outcome = supervisor::run(plan);
    outcome.figures.iter().for_each(|figure| println!("{figure}"));
    if outcome.violations.is_empty() {
        println!("every event was handled, in order, and again only where a kill left it unfinished");
        return ExitCode::SUCCESS;
    }
    println!("FAILED seed {}:", plan.seed);
    outcome.violations.iter().for_each(|violation| println!("  {violation}"));
    ExitCode::FAILURE
}

/// As many open files as the system lets this process and its workers have.
#[cfg(unix)]
fn allow_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where it is refused, what there is may do.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
