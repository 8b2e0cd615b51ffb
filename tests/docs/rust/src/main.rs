//! The programs of the pages: `autoplus-docs start sell …`, or all of them; says of each whether it did what it says.

#![expect(clippy::print_stdout, reason = "programs of the pages talk to a person")]

mod btc;
mod buy;
mod changes;
mod crash;
mod errors;
mod known;
mod many;
mod other_side;
mod sell;
mod simulator;
mod start;

use other_side::Outcome;

const PROGRAMS: [&str; 9] =
    ["start", "sell", "buy", "crash", "changes", "btc", "many", "errors", "simulator"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let named: Vec<&str> = args.iter().map(String::as_str).collect();
    if let [what @ ("open" | "release"), on, rest @ ..] = &named[..] {
        return crash::doomed(what, on, rest).await;
    }
    for name in if named.is_empty() { &PROGRAMS[..] } else { &named[..] } {
        run(name).await?;
        println!("ok {name}");
    }
    Ok(())
}

async fn run(name: &str) -> Outcome {
    match name {
        "start" => start::run().await,
        "sell" => sell::run().await,
        "buy" => buy::run().await,
        "crash" => crash::run().await,
        "changes" => changes::run().await,
        "btc" => btc::run().await,
        "many" => many::run().await,
        "errors" => errors::run().await,
        "simulator" => simulator::run().await,
        _ => Err(format!("there is no program {name}; there are {}", PROGRAMS.join(", ")).into()),
    }
}
