//! Several processes may start at the same moment over a file that isn't there yet.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Barrier;

use autoplus::Client;

#[test]
fn a_new_file_can_be_opened_by_many_at_once() {
    for _ in 0..30 {
        let folder = tempfile::tempdir().unwrap();
        let store = format!("sqlite:{}", folder.path().join("store.db").display());
        let start = Barrier::new(6);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    start.wait();
                    Client::builder().token("t").store(&store).build().unwrap();
                });
            }
        });
    }
}
