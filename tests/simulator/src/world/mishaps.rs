//! What planned faults do to a request on its way through the server.

use super::World;
use super::events::Oddity;
use super::plans::{Delivery, Fault, Plan};
use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::routes;
use super::serve::Step;
use super::trade::Millis;

impl World {
    /// What a standing setting does to a request of which nothing was planned.
    pub(crate) fn mishap(&mut self, request: &Request) -> Option<(Plan, &'static str)> {
        let is_poll = routes::is_poll(&request.method, &request.path);
        let is_lost = is_poll && self.settings.lost_polls.hits(&mut self.dice);
        is_lost.then_some((Plan::Fault(Fault::LostAfter), "lost_polls"))
    }

    fn poll_oddly(&mut self, request: &Request, oddity: Oddity) -> Step {
        let polled = self
            .authenticate(request)
            .and_then(|(token, user)| self.begin_poll(request, &token, &user, Some(oddity)));
        polled.unwrap_or_else(|refusal| Step::Answer(self.refuse(refusal)))
    }

    pub(crate) fn step_under(&mut self, fault: Fault, request: &Request) -> Step {
        let step = self.step(request, self.now());
        if let Fault::Slow(milliseconds) = fault {
            self.begin_flight(request, milliseconds as Millis);
        }
        step
    }

    /// Looks at a request of which something was planned.
    pub(crate) fn follow(&mut self, plan: Plan, request: Request, number: Option<usize>) -> Step {
        let now = self.now();
        match plan {
            Plan::Fault(fault) => self.step_under(fault, &request),
            Plan::Answer { answer, processed } => {
                if processed {
                    let unseen = self.step(&request, now);
                    self.discard(unseen);
                }
                Step::Answer(answer)
            }
            Plan::Failure { failure, retry_after, processed } => {
                Step::Answer(self.fail(&request, failure, retry_after, processed))
            }
            Plan::Delayed(by) => {
                self.begin_flight(&request, by);
                Step::Later(self.delay(request, by))
            }
            Plan::Duplicate { answered, after } => self.deliver_twice(request, answered, after),
            Plan::Odd(oddity) => self.poll_oddly(&request, oddity),
            Plan::Overtaken(made) => {
                let id = routes::id_in(&request.path).to_owned();
                let played = self.edit(&id, |trade, now, settings| trade.play(&made, settings, now));
                if let Err(why) = played.unwrap_or_else(|| Err("there is no such trade".into())) {
                    self.record.remark(number, format!("overtaken, but not moved: {why}"));
                }
                self.step(&request, now)
            }
        }
    }

    fn deliver_twice(&mut self, request: Request, answered: Delivery, after: Millis) -> Step {
        let first = self.step(&request, self.now());
        if after == 0 {
            // Both are on their way at the same time.
            self.begin_flight(&request, 1);
        }
        match (answered, after) {
            (Delivery::First, 0) => {
                let second = self.step(&request, self.now());
                self.discard(second);
                first
            }
            (Delivery::First, after) => {
                self.delay_unseen(request, after);
                first
            }
            (Delivery::Second, after) => {
                self.discard(first);
                match after {
                    0 => self.step(&request, self.now()),
                    after => Step::Later(self.delay(request, after)),
                }
            }
        }
    }

    /// Nobody will see this outcome.
    pub(crate) fn discard(&mut self, step: Step) {
        if let Step::Wait(poll) = step {
            self.polls.end(&poll);
        }
    }

    /// A server failure; the request may be done nevertheless.
    fn fail(
        &mut self,
        request: &Request,
        failure: Refusal,
        retry_after: Option<String>,
        processed: bool,
    ) -> Answer {
        let slot = self.slot(request);
        self.keys.forget(self.settings.keys_kept.millis(), self.now());
        let is_first = slot.as_ref().is_some_and(|(token, key)| !self.keys.knows(token, key));
        if processed {
            let unseen = self.step(request, self.now());
            self.discard(unseen);
        }
        let mut answer = self.refuse(failure);
        answer.headers.extend(retry_after.map(|value| ("retry-after".to_owned(), Some(value))));
        if let Some((token, key)) = slot.filter(|_| is_first)
            && self.settings.stores_failure(answer.status)
        {
            self.keys.store(&token, &key, request, answer.clone(), self.now());
        }
        answer
    }

    /// Token and key of a request whose key counts.
    fn slot(&self, request: &Request) -> Option<(String, String)> {
        routes::find(&request.method, &request.path).filter(|route| route.keyed)?;
        let (token, _) = self.authenticate(request).ok()?;
        Some((token, request.key().ok()?.to_owned()))
    }

    /// The request is on its way through the server for that long.
    fn begin_flight(&mut self, request: &Request, lasting: Millis) {
        if let Some((token, key)) = self.slot(request) {
            self.keys.forget(self.settings.keys_kept.millis(), self.now());
            self.keys.begin_flight(&token, &key, self.now() + lasting);
        }
    }
}
