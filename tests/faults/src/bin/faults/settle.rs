//! What the processes do: make the one call, or say what they find of it.

use std::time::{Duration, Instant};

use autoplus::{Client, Timeouts};
use autoplus_faults::call::{Call, NAME, open, word};
use autoplus_faults::{jobs, process};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) base_url: String,
    pub(crate) store: String,
    pub(crate) call: Call,
    pub(crate) trade: String,
    pub(crate) job: Job,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Job {
    /// Makes the call, tells its word, and stays until it is killed.
    Make,
    /// Recovers, once or for some seconds, and reads.
    Find { long: bool },
    /// Makes the call once more, under its name.
    Repeat,
}

/// What a process found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    /// The verdict of the operation, if one was open.
    verdict: Option<String>,
    /// Whether a reading shows the effect, where nothing is kept.
    shown: Option<bool>,
    /// The states of what is pending afterwards.
    pub(crate) pending: Vec<String>,
}

impl Found {
    pub(crate) fn word(&self) -> &str {
        match (&self.verdict, self.shown) {
            (Some(verdict), _) => verdict,
            (None, Some(true)) => "shown",
            (None, Some(false)) => "not shown",
            (None, None) => "nothing",
        }
    }
}

/// A killed process must still have been at it; what reads it proves nothing before one attempt's time is over.
const ATTEMPT: Duration = Duration::from_secs(2);

pub(crate) fn run(task: Task) {
    let call = match task.job {
        Job::Make => Duration::from_secs(40),
        Job::Find { .. } | Job::Repeat => Duration::from_secs(5),
    };
    let (user, token) = task.call.user();
    let builder = Client::builder().token(token).user_id(user).base_url(&task.base_url).store(&task.store);
    let timeouts = Timeouts { attempt: ATTEMPT, call, ..Timeouts::default() };
    let client = builder.timeouts(timeouts).build().unwrap();
    jobs::wait(async {
        match task.job {
            Job::Make => {
                process::tell(&word(&task.call.make(&client, &task.trade).await));
                // Until it is killed; not for ever if nobody does.
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            Job::Find { long } => process::tell(&find(&client, &task, long).await),
            Job::Repeat => {
                let verdict = word(&open(&client, NAME).await.map(|_| ())).to_owned();
                process::tell(&Found { verdict: Some(verdict), shown: None, pending: Vec::new() });
            }
        }
        client.close().await;
    });
}

async fn find(client: &Client, task: &Task, long: bool) -> Found {
    let mut verdict = None;
    let began = Instant::now();
    // To see this test fail: a process that doesn't settle what was left.
    while std::env::var_os("FAULTS_NO_RECOVER").is_none() {
        let settled = client.recover().await.unwrap();
        assert!(settled.len() < 2, "one call left two operations: {settled:?}");
        let Some(settlement) = settled.first() else { break };
        verdict = Some(settlement.verdict.as_str().to_owned());
        if settlement.verdict != autoplus::Verdict::Unknown || !long || began.elapsed() > ATTEMPT * 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let shown = match task.call.is_kept() {
        true => None,
        false => Some(task.call.is_shown(&client.trade(&task.trade).await.unwrap())),
    };
    let pending = client.pending_operations().await.unwrap();
    Found { verdict, shown, pending: pending.iter().map(|operation| operation.state().to_owned()).collect() }
}
