//! Plays random schedules: one seed with its transcript, or many.
#![allow(clippy::print_stdout, reason = "a test program tells people how it goes")]

use std::path::PathBuf;
use std::process::ExitCode;

use autoplus_schedules::{Plant, Played, page, play, sow};
use clap::Parser;

/// Whole trades under random trouble in virtual time. Every seed is one schedule, the same every time.
#[derive(Parser)]
struct Arguments {
    /// Plays this one seed and prints its transcript.
    #[arg(long, conflicts_with_all = ["seeds", "first", "write"])]
    seed: Option<u64>,
    /// How many seeds are played.
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Where the result is kept, as a page.
    #[arg(long)]
    write: Option<PathBuf>,
    /// A defect on the wire, to see that it is found.
    #[arg(long)]
    plant: Option<Plant>,
}

/// Transcripts are long: only the first failures print theirs.
const SHOWN: u64 = 2;

fn main() -> ExitCode {
    let Arguments { seed, seeds, first, write, plant } = Arguments::parse();
    if let Some(seed) = seed {
        let played = play(seed, plant);
        show(&played, plant);
        return tell(
            u64::from(played.findings.problems.is_empty()),
            u64::from(!played.findings.problems.is_empty()),
        );
    }
    let (mut ended, mut shown) = (0, 0);
    let harvest = sow(first, seeds, plant, |played| {
        ended += 1;
        if !played.findings.problems.is_empty() {
            shown += 1;
            match shown <= SHOWN {
                true => show(played, plant),
                false => blame(played, plant),
            }
        }
        if ended % 100 == 0 {
            println!("{ended} of {seeds} seeds");
        }
    });
    println!(
        "{} calls, {} requests, {} events in {:.1} s",
        harvest.calls, harvest.requests, harvest.events, harvest.seconds
    );
    if let Some(path) = write
        && let Err(why) = std::fs::write(&path, page(&harvest, first, seeds))
    {
        println!("{} can't be written: {why}", path.display());
        return ExitCode::FAILURE;
    }
    tell(harvest.passed, harvest.failed)
}

fn show(played: &Played, plant: Option<Plant>) {
    for line in &played.transcript {
        println!("{line}");
    }
    println!("{:#?}", played.findings);
    blame(played, plant);
}

fn blame(played: &Played, plant: Option<Plant>) {
    let planted = plant.map(|plant| format!(" --plant {}", plant.as_str())).unwrap_or_default();
    for problem in &played.findings.problems {
        println!("seed {}: {problem}", played.seed);
    }
    if !played.findings.problems.is_empty() {
        println!("again: cargo run -p autoplus-schedules -- --seed {}{planted}", played.seed);
    }
}

fn tell(passed: u64, failed: u64) -> ExitCode {
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
