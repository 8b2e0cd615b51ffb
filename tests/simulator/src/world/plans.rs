//! What a control command planned for requests to come: canned answers and faults.

use super::refusal::Answer;
use super::request::Request;
use super::routes::On;

/// How a request goes wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    /// The connection closes, nothing was done.
    LostBefore,
    /// It was done, then the connection closes without an answer.
    LostAfter,
    /// It was done; the connection closes in the middle of the answer's body.
    CutBody,
    /// It was done at once; the answer comes that many real milliseconds later.
    Slow(u64),
}

#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// This answer instead; `processed`: the request is done nevertheless, and only its own answer is lost.
    Answer {
        answer: Answer,
        processed: bool,
    },
    Fault(Fault),
}

#[derive(Debug)]
struct Planned {
    on: On,
    times: u32,
    plan: Plan,
}

/// Plans in the order in which they were made; the oldest that fits a request is used up first.
#[derive(Debug, Default)]
pub(crate) struct Plans(Vec<Planned>);

impl Plans {
    pub(crate) fn add(&mut self, on: On, times: u32, plan: Plan) {
        self.0.push(Planned { on, times, plan });
    }

    pub(crate) fn take(&mut self, request: &Request) -> Option<Plan> {
        let index = self.0.iter().position(|planned| planned.on.matches(&request.method, &request.path))?;
        let planned = &mut self.0[index];
        planned.times -= 1;
        match planned.times {
            0 => Some(self.0.remove(index).plan),
            _ => Some(planned.plan.clone()),
        }
    }
}
