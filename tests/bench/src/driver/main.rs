//! The core, raw hyper or reqwest, doing the same requests. What is asked of a driver: README.md.

mod stack;
mod typed;
mod with_autoplus;
mod with_hyper;
mod with_reqwest;

use autoplus_streams::line::{commands, say};
use clap::{Parser, ValueEnum};
use serde_json::json;

use stack::{Failed, Settings, Stack, Work};

#[derive(Parser)]
struct Arguments {
    #[arg(value_enum)]
    stack: Name,
    /// Ends after the first typed answer.
    #[arg(value_enum)]
    until: Option<Until>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    Autoplus,
    Hyper,
    Reqwest,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Until {
    Once,
}

/// A bot's own runtime for all three: one thread, where a request costs least without the library's own beside it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let arguments = Arguments::parse();
    let settings = Settings::read()?;
    let once = arguments.until == Some(Until::Once);
    match arguments.stack {
        Name::Autoplus => run(with_autoplus::Autoplus::new(&settings)?, once).await,
        Name::Hyper => run(with_hyper::Hyper::new(&settings)?, once).await,
        Name::Reqwest => run(with_reqwest::Reqwest::new(&settings)?, once).await,
    }
}

async fn run<S: Stack>(stack: S, once: bool) -> Result<(), Failed> {
    stack.one().await?;
    if once {
        return Ok(());
    }
    let mut commands = commands();
    say("ready")?;
    while let Some(command) = commands.recv().await {
        let (work, times) = command.split_once(' ').ok_or("expected a work and a number")?;
        let check = stack::work(&stack, Work::named(work)?, times.parse()?).await?;
        say(&json!({ "check": check }).to_string())?;
    }
    Ok(())
}
