//! A stand-in for the API with fixed answers, for the benchmark alone: what it costs is never measured. It prints one
//! line of JSON when it listens and ends with its standard input.

mod http;

use std::error::Error;
use std::sync::Arc;

use autoplus_bench::answers::{Answers, TRADE};
use autoplus_streams::line::{commands, listen, say};
use autoplus_streams::tls::Identity;
use clap::Parser;
use serde_json::json;

#[derive(Parser)]
struct Arguments {
    /// Over TLS, with a certificate of an authority that clients are given as a file.
    #[arg(long)]
    tls: bool,
}

/// One thread is enough, and the other processor is left to who is measured.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = listen()?;
    let address = listener.local_addr()?;
    let tls = Arguments::parse().tls.then(|| Identity::new(&["http/1.1"])).transpose()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let ca_file = tls.as_ref().map(|identity| identity.ca_file.path().to_owned());
    let acceptor = tls.as_ref().map(|identity| identity.acceptor.clone());
    tokio::spawn(http::serve(listener, acceptor, Arc::new(Answers::default())));

    let url = format!("{scheme}://{address}/v1");
    say(&json!({ "url": url, "caFile": ca_file, "trade": TRADE }).to_string())?;
    while commands().recv().await.is_some() {}
    Ok(())
}
