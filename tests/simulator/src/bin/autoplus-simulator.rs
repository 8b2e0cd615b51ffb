//! The simulator as a program.

use std::io::{self, Read, Write};
use std::net::IpAddr;

use autoplus_simulator::{Config, Simulator};
use clap::Parser;
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

const ABOUT: &str = "\
Control it with JSON: POST {\"do\": VERB, ...} to /control on the same port. The answer is 200 with the result, or
400 {\"error\": ...}. A question mark marks an optional argument; `on` is an endpoint such as
\"POST /trades/{id}/confirm-claim\". Verbs:
";

/// A whole AutoPlus in one process, for tests.
#[derive(Parser)]
#[command(version, after_help = format!("{ABOUT}\n{}", Simulator::control_help()))]
struct Options {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Decides every made-up id, code and address.
    #[arg(long, default_value_t = Config::default().seed)]
    seed: u64,
    /// The virtual time at the start, in Unix seconds; this machine's time unless given.
    #[arg(long)]
    start_time: Option<u32>,
    /// Stop when standard input closes, as it does when the parent process ends.
    #[arg(long)]
    with_parent: bool,
}

fn main() -> io::Result<()> {
    let options = Options::parse();
    let simulator = Simulator::start(Config {
        host: options.host,
        port: options.port,
        seed: options.seed,
        start_time: options.start_time,
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Listened to before anybody can know that the program runs.
        let signalled = signalled()?;
        let mut out = io::stdout();
        writeln!(out, "listening on {}", simulator.base_url())?;
        out.flush()?;
        tokio::select! {
            () = signalled => {}
            () = parent_gone(), if options.with_parent => {}
        }
        Ok(())
    })
}

#[cfg(unix)]
fn signalled() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signalled() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// Reads standard input to its end on a thread of its own, because such a read cannot be cancelled.
async fn parent_gone() {
    let (gone, wait) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        drop(gone);
    });
    let _ = wait.await;
}
