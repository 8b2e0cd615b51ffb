//! `recover` takes what nobody is at, and never what this very process is just beginning.
#![allow(clippy::unwrap_used, reason = "a test")]

use autoplus::Client;
use autoplus_faults::call::{SENDER, open};
use autoplus_simulator::{Config, Simulator};

async fn open_while_recovering(store: &str) {
    let simulator = Simulator::start(Config::default()).unwrap();
    let builder = Client::builder().token(SENDER.1).user_id(SENDER.0).base_url(simulator.base_url());
    let client = builder.store(store).build().unwrap();
    for number in 0..200 {
        let name = format!("order:{number}");
        let recover = async {
            for _ in 0..5 {
                assert!(client.recover().await.unwrap().is_empty(), "recover took what a call is at");
            }
        };
        let (opened, ()) = tokio::join!(open(&client, &name), recover);
        opened.unwrap();
    }
}

#[tokio::test]
async fn a_call_that_begins_is_left_alone_in_memory() {
    open_while_recovering("memory").await;
}

#[tokio::test]
async fn a_call_that_begins_is_left_alone_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    open_while_recovering(&format!("sqlite:{}", folder.path().join("store.db").display())).await;
}
