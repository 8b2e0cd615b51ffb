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

impl Transfer {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Transfer::Payout => "payout",
            Transfer::Return => "return",
            Transfer::Reduction => "reduction",
        }
    }
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

    fn is_final(self) -> bool {
        matches!(self, Progress::Completed | Progress::Failed)
    }
}

/// How a transfer goes on after its acceptance.
#[derive(Debug)]
pub(crate) struct Course {
    /// How it ends by itself; `None` while it is held.
    pub(crate) ends: Option<Progress>,
    /// Between acceptance and the first event.
    pub(crate) silence: Millis,
    /// The status shown until it ended, if another one.
    pub(crate) status: Option<String>,
}

impl Course {
    pub(crate) fn held() -> Course {
        Course { ends: None, silence: 0, status: None }
    }
}

#[derive(Debug)]
pub(crate) struct Execution {
    pub(crate) id: String,
    pub(crate) transfer: Transfer,
    pub(crate) progress: Progress,
    pub(crate) reason: Option<String>,
    /// How it ends by itself; `None` while it is held.
    pub(crate) ends: Option<Progress>,
    /// Whether an event told of it.
    announced: bool,
    /// When it moves on by itself.
    pub(crate) due: Option<Millis>,
}

/// A transfer that is over.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) transfer: Transfer,
    pub(crate) progress: Progress,
    /// The number token of what left escrow, or would have.
    pub(crate) amount: String,
}

impl Trade {
    pub(crate) fn is_executing(&self) -> bool {
        self.execution.as_ref().is_some_and(|execution| !execution.progress.is_final())
    }

    /// A claim is accepted: its transfer begins.
    pub(crate) fn begin_execution(&mut self, id: String, transfer: Transfer, course: Course, now: Millis) {
        if let Some(status) = course.status {
            let changes = Object::new().with("status", status.as_str());
            self.shown_status = Some(status);
            self.record(now, "trade.status.changed", changes);
        }
        let announced = course.silence == 0;
        let due = if announced { course.ends.map(|_| now + STEP) } else { Some(now + course.silence) };
        let ends = course.ends;
        let progress = Progress::Pending;
        self.execution = Some(Execution { id, transfer, progress, reason: None, ends, announced, due });
        if announced {
            self.record_execution(now);
        }
    }

    fn record_execution(&mut self, now: Millis) {
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
        let next = execution.ends.and(due.map(|due| due + STEP));
        match (execution.progress, execution.ends) {
            (Progress::Pending, _) if !execution.announced => {
                execution.announced = true;
                execution.due = next;
                self.record_execution(now);
            }
            (Progress::Pending, _) => {
                execution.due = next;
                self.settle(Progress::Processing, None, now);
            }
            (Progress::Processing, Some(Progress::Failed)) => {
                self.settle(Progress::Failed, Some("the network did not take the transfer".into()), now);
            }
            (Progress::Processing, _) => self.settle(Progress::Completed, None, now),
            (Progress::Completed | Progress::Failed, _) => {}
        }
    }

    /// Moves the running execution, and the trade with it.
    pub(crate) fn settle(&mut self, progress: Progress, reason: Option<String>, now: Millis) {
        let Some(execution) = &mut self.execution else { return };
        execution.progress = progress;
        execution.reason = reason;
        execution.announced = true;
        let transfer = execution.transfer;
        if progress == Progress::Completed && transfer != Transfer::Reduction {
            self.settlement_txid = Some(self.new_txid());
        }
        if progress.is_final() {
            let amount = self.amount_of(transfer).unwrap_or_default();
            self.ended.push(Ended { transfer, progress, amount });
        }
        self.record_execution(now);
        match progress {
            Progress::Completed => match transfer {
                Transfer::Payout => self.close(Some("released"), now),
                Transfer::Return => self.close(Some("returned"), now),
                Transfer::Reduction => self.reduced(now),
            },
            Progress::Failed if self.shown_status.take().is_some() => {
                let changes = Object::new().with("status", self.status.as_str());
                self.record(now, "trade.status.changed", changes);
            }
            Progress::Failed | Progress::Pending | Progress::Processing => {}
        }
    }

    fn amount_of(&self, transfer: Transfer) -> Option<String> {
        match transfer {
            Transfer::Reduction => self.reduction.clone(),
            Transfer::Payout | Transfer::Return => {
                self.deposit.as_ref().map(|deposit| deposit.amount.clone())
            }
        }
    }
}
