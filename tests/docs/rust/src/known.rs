//! Until it is known what became of a call.

use std::time::Duration;

use autoplus::{Error, ErrorKind};

// ANCHOR: until_known
pub(crate) const PAUSE: Duration = Duration::from_secs(5);

/// Repeats the same call: on the same challenge, or under the same operation name. Nothing happens twice.
pub(crate) async fn until_known<T>(
    pause: Duration,
    call: impl AsyncFn() -> Result<T, Error>,
) -> Result<T, Error> {
    loop {
        match call().await {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                println!("not known yet, asking again: {error}");
                tokio::time::sleep(pause).await;
            }
            known => return known,
        }
    }
}
// ANCHOR_END: until_known
