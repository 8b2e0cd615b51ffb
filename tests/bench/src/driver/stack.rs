//! What each stack can do, and how a command of the harness becomes calls.

use std::error::Error;
use std::future::Future;

use autoplus_streams::line::setting;

/// Whatever a stack fails with ends the program.
pub(crate) type Failed = Box<dyn Error + Send + Sync>;

pub(crate) const GUILD: &str = "100000000000000001";
const IN_FLIGHT: u64 = 64;

/// What run.py sets in the environment.
pub(crate) struct Settings {
    pub(crate) url: String,
    pub(crate) trade: String,
    /// None without TLS.
    pub(crate) ca_file: Option<String>,
    /// The library's store.
    pub(crate) store: String,
}

impl Settings {
    pub(crate) fn read() -> Result<Self, Failed> {
        Ok(Self {
            url: setting("BENCH_URL")?,
            trade: setting("BENCH_TRADE")?,
            ca_file: Some(setting("BENCH_CA_FILE")?).filter(|path| !path.is_empty()),
            store: setting("BENCH_STORE")?,
        })
    }
}

/// One way to talk to the API. Each work gives what it adds to `check`.
pub(crate) trait Stack: Clone + Send + Sync + 'static {
    fn one(&self) -> impl Future<Output = Result<i64, Failed>> + Send;
    fn pay(&self) -> impl Future<Output = Result<i64, Failed>> + Send;
    fn batch(&self) -> impl Future<Output = Result<i64, Failed>> + Send;
}

#[derive(Clone, Copy)]
pub(crate) enum Work {
    One,
    Many,
    Pay,
    Batch,
}

impl Work {
    pub(crate) fn named(name: &str) -> Result<Self, Failed> {
        Ok(match name {
            "one" => Self::One,
            "many" => Self::Many,
            "pay" => Self::Pay,
            "batch" => Self::Batch,
            _ => return Err(format!("no work is named {name:?}").into()),
        })
    }
}

pub(crate) async fn work<S: Stack>(stack: &S, work: Work, times: u64) -> Result<i64, Failed> {
    if let Work::Many = work {
        return many(stack, times).await;
    }
    let mut check = 0;
    for _ in 0..times {
        check += match work {
            Work::One | Work::Many => stack.one().await?,
            Work::Pay => stack.pay().await?,
            Work::Batch => stack.batch().await?,
        };
    }
    Ok(check)
}

/// So many tasks, each of which does one after another.
async fn many<S: Stack>(stack: &S, times: u64) -> Result<i64, Failed> {
    let tasks: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let stack = stack.clone();
            tokio::spawn(async move {
                let mut check = 0;
                for _ in 0..times / IN_FLIGHT {
                    check += stack.one().await?;
                }
                Ok::<_, Failed>(check)
            })
        })
        .collect();
    let mut check = 0;
    for task in tasks {
        check += task.await??;
    }
    Ok(check)
}
