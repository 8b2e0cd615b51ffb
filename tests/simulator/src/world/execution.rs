//! Transfers out of escrow, after a claim was accepted.

use super::trade::{Millis, Trade};
use crate::json::Object;

/// Between acceptance, processing and completion, when executions run by themselves.
const STEP: Millis = 10;

/// What a transfer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transfer {
    Payout,
    Return,
    Reduction,
}

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Pending,
    Processing,
    Completed,
    Failed,
}

impl Progress {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Progress::Pending => "pending",
            Progress::Processing => "processing",
            Progress::Completed => "completed",
            Progress::Failed => "failed",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Execution {
    pub(crate) id: String,
    pub(crate) transfer: Transfer,
    pub(crate) progress: Progress,
    pub(crate) reason: Option<String>,
    /// When it moves on by itself; never while it is held.
    pub(crate) due: Option<Millis>,
}

impl Execution {
    pub(crate) fn accepted(id: String, transfer: Transfer, runs_from: Option<Millis>) -> Execution {
        let due = runs_from.map(|now| now + STEP);
        Execution { id, transfer, progress: Progress::Pending, reason: None, due }
    }

    fn is_running(&self) -> bool {
        matches!(self.progress, Progress::Pending | Progress::Processing)
    }
}

impl Trade {
    pub(crate) fn is_executing(&self) -> bool {
        self.execution.as_ref().is_some_and(Execution::is_running)
    }

    pub(crate) fn record_execution(&mut self, now: Millis) {
        let Some(execution) = &self.execution else { return };
        let changes = Object::new()
            .with("executionId", execution.id.as_str())
            .with("status", execution.progress.as_str())
            .maybe("reason", execution.reason.as_deref());
        self.record(now, "trade.fund.execution.updated", Object::new().with("execution", changes));
    }

    /// The next step of an execution that runs by itself.
    pub(crate) fn step_execution(&mut self, now: Millis) {
        let Some(execution) = &mut self.execution else { return };
        let due = execution.due.take();
        match execution.progress {
            Progress::Pending => {
                execution.due = due.map(|due| due + STEP);
                self.settle(Progress::Processing, None, now);
            }
            Progress::Processing => self.settle(Progress::Completed, None, now),
            Progress::Completed | Progress::Failed => {}
        }
    }

    /// Moves the running execution, and the trade with it.
    pub(crate) fn settle(&mut self, progress: Progress, reason: Option<String>, now: Millis) {
        let Some(execution) = &mut self.execution else { return };
        execution.progress = progress;
        execution.reason = reason;
        let transfer = execution.transfer;
        if progress == Progress::Completed && transfer != Transfer::Reduction {
            self.settlement_txid = Some(self.new_txid());
        }
        self.record_execution(now);
        if progress == Progress::Completed {
            match transfer {
                Transfer::Payout => self.close(Some("released"), now),
                Transfer::Return => self.close(Some("returned"), now),
                Transfer::Reduction => self.reduced(now),
            }
        }
    }
}
