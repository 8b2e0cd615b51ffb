//! Processes that play trades over one file are killed with SIGKILL at random instants, again and again; nothing may be
//! lost, nothing done twice, and nobody who lives may be disturbed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that shows how it goes"
)]

mod ending;
mod player;
mod story;
mod task;

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use autoplus_faults::{jobs, process};

/// How many kills one file and one simulator live through.
const A_STORY: usize = 6;
const AT_ONCE: usize = 4;

fn main() -> ExitCode {
    if let Some(task) = process::task::<task::Task>() {
        jobs::wait(player::run(task));
        return ExitCode::SUCCESS;
    }
    let Some((count, seed)) = arguments(std::env::args().skip(1)) else {
        println!("kills [--count KILLS] [--seed NUMBER]");
        return ExitCode::FAILURE;
    };
    let began = Instant::now();
    let (told, stories) = (AtomicUsize::new(0), count.div_ceil(A_STORY));
    let ends = jobs::all((0..stories).collect(), AT_ONCE, |number| {
        let kills = A_STORY.min(count - number * A_STORY);
        let end = story::play(seed + number as u64, kills);
        let over = told.fetch_add(1, Ordering::Relaxed) + 1;
        if over.is_multiple_of(10) && over < stories {
            println!("{over} of {stories} stories, {} s", began.elapsed().as_secs());
        }
        end
    });
    for end in &ends {
        for wrong in &end.wrong {
            println!(
                "FAILED seed {} ({} kills at {:?} ms): {wrong}",
                end.seed,
                end.instants.len(),
                end.instants
            );
        }
    }
    let sum = |of: fn(&story::End) -> usize| ends.iter().map(of).sum::<usize>();
    let failed = sum(|end| usize::from(!end.wrong.is_empty()));
    println!(
        "{} kills in {} s: {} trades, {} with a process beside; left open and settled: {} done, {} not done, {} unknown at first",
        sum(|end| end.instants.len()),
        began.elapsed().as_secs(),
        sum(|end| end.trades),
        sum(|end| end.beside),
        sum(|end| end.settled.done),
        sum(|end| end.settled.not_done),
        sum(|end| end.settled.unknown),
    );
    println!("{} passed, {failed} failed", ends.len() - failed);
    if failed == 0 && !ends.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Option<(usize, u64)> {
    let (mut count, mut seed) = (300, 1);
    while let Some(name) = given.next() {
        let value = given.next()?;
        match name.as_str() {
            "--count" => count = value.parse().ok()?,
            "--seed" => seed = value.parse().ok()?,
            _ => return None,
        }
    }
    Some((count, seed))
}
