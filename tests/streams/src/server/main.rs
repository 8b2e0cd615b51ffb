//! A stand-in for the API that only holds event polls: ten thousand trades of one token, over HTTP/1.1 or over TLS and
//! HTTP/2. It is told what to do by lines on its standard input, answers each with one line of JSON, and ends with it.

mod answers;
mod book;
mod emitter;
mod http;

use std::error::Error;
use std::sync::Arc;

use autoplus_streams::line::{commands, listen, say};
use autoplus_streams::tls::Identity;
use clap::{Parser, ValueEnum};
use serde_json::json;

use book::Book;
use emitter::Emitter;

#[derive(Parser)]
struct Arguments {
    /// What is spoken.
    #[arg(long, value_enum)]
    protocol: Protocol,
    /// How many trades there are.
    #[arg(long, default_value_t = 10_000)]
    trades: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Protocol {
    /// HTTP/1.1 without TLS.
    H1,
    /// TLS; HTTP/2 with 100 streams a connection for who asks for it, else HTTP/1.1.
    H2,
}

/// One thread is enough, and its cost is no client's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let listener = listen()?;
    let address = listener.local_addr()?;
    let book = Arc::new(Book::new(arguments.trades));
    let tls = (arguments.protocol == Protocol::H2).then(|| Identity::new(&["h2", "http/1.1"])).transpose()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let ca_file = tls.as_ref().map(|identity| identity.ca_file.path().to_owned());
    let acceptor = tls.as_ref().map(|identity| identity.acceptor.clone());
    tokio::spawn(http::serve(listener, acceptor, book.clone()));

    let first = answers::trade_id(0);
    let started = json!({
        "url": format!("{scheme}://{address}/v1"), "caFile": ca_file, "firstTrade": first,
        "trades": arguments.trades,
    });
    say(&started.to_string())?;
    obey(&book).await
}

async fn obey(book: &Arc<Book>) -> Result<(), Box<dyn Error>> {
    let mut commands = commands();
    let mut emitter = Emitter::new(book.clone());
    while let Some(command) = commands.recv().await {
        match command.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["stats"] => say(&serde_json::to_string(&book.stats())?)?,
            ["emit", rate] => {
                emitter.start(rate.parse()?);
                say("{}")?;
            }
            ["stop"] => {
                emitter.stop();
                say("{}")?;
            }
            _ => return Err(format!("expected stats, emit RATE or stop, and got {command:?}").into()),
        }
    }
    Ok(())
}
