//! What a control command planned for requests to come: canned answers and faults.

use super::events::Oddity;
use super::moves::Move;
use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::routes::On;
use super::trade::Millis;

/// How a request goes wrong on the wire.
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
    /// It was done at once; the body drips in over that many real milliseconds.
    SlowBody(u64),
}

/// One of the two deliveries of a duplicated request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Delivery {
    First,
    Second,
}

#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// This answer instead; `processed`: the request is done nevertheless, and only its own answer is lost.
    Answer {
        answer: Answer,
        processed: bool,
    },
    /// The server fails, in its own error form.
    Failure {
        failure: Refusal,
        retry_after: Option<String>,
        processed: bool,
    },
    Fault(Fault),
    /// It is looked at later, even if its client is gone by then.
    Delayed(Millis),
    /// It arrives twice, the second time that much later.
    Duplicate {
        answered: Delivery,
        after: Millis,
    },
    /// Somebody makes a move just before it is looked at.
    Overtaken(Move),
    /// A poll whose answer is not quite right.
    Odd(Oddity),
}

/// Which of the requests that fit are meant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// How many pass first.
    pub(crate) skip: u32,
    pub(crate) lasts: Lasts,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Lasts {
    Times(u32),
    Until(Millis),
}

impl Reach {
    pub(crate) fn times(times: u32) -> Reach {
        Reach { skip: 0, lasts: Lasts::Times(times) }
    }
}

#[derive(Debug)]
struct Planned {
    on: On,
    reach: Reach,
    /// What the record of requests calls it.
    name: &'static str,
    plan: Plan,
}

impl Planned {
    /// Whether it meets a request that fits; used up by that.
    fn meets(&mut self) -> bool {
        let Reach { skip, lasts } = &mut self.reach;
        if *skip > 0 {
            *skip -= 1;
            return false;
        }
        if let Lasts::Times(left) = lasts {
            *left -= 1;
        }
        true
    }

    fn is_over(&self, now: Millis) -> bool {
        match self.reach.lasts {
            Lasts::Times(left) => left == 0,
            Lasts::Until(end) => end <= now,
        }
    }
}

/// Plans in the order in which they were made; the oldest that fits a request is used up first.
#[derive(Debug, Default)]
pub(crate) struct Plans(Vec<Planned>);

impl Plans {
    pub(crate) fn add(&mut self, on: On, reach: Reach, name: &'static str, plan: Plan) {
        self.0.push(Planned { on, reach, name, plan });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What was planned for this request, with its name.
    pub(crate) fn take(&mut self, request: &Request, now: Millis) -> Option<(Plan, &'static str)> {
        self.0.retain(|planned| !planned.is_over(now));
        let mut fitting =
            self.0.iter_mut().filter(|planned| planned.on.matches(&request.method, &request.path));
        fitting.find_map(|planned| planned.meets().then(|| (planned.plan.clone(), planned.name)))
    }
}
