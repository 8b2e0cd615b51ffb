//! How a request is answered: planned faults, token, key, access, then the rule of its route.

use super::World;
use super::call::Call;
use super::events::{PollQuery, empty_batch};
use super::plans::{Fault, Plan};
use super::polls::Poll;
use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::routes::{self, Route, Rule};

/// What is to be done for a request.
#[derive(Debug)]
pub(crate) struct Reception {
    /// Under which number it was recorded.
    pub(crate) number: usize,
    pub(crate) fault: Option<Fault>,
    pub(crate) step: Step,
}

#[derive(Debug)]
pub(crate) enum Step {
    Answer(Answer),
    /// Nothing new yet: look again on a change, and at the poll's end.
    Wait(Poll),
    /// Close the connection.
    Hangup,
}

impl World {
    /// Takes a request in.
    pub(crate) fn receive(&mut self, request: Request) -> Reception {
        let user = request.bearer().and_then(|token| self.market.name_by_token(token)).map(str::to_owned);
        let plan = self.plans.take(&request);
        let (fault, step) = match plan {
            Some(Plan::Answer { answer, processed }) => {
                if processed && let Step::Wait(poll) = self.step(&request) {
                    self.polls.end(&poll);
                }
                (None, Step::Answer(answer))
            }
            Some(Plan::Fault(Fault::LostBefore)) => (None, Step::Hangup),
            Some(Plan::Fault(fault)) => (Some(fault), self.step(&request)),
            None => (None, self.step(&request)),
        };
        Reception { number: self.record.note(request, user), fault, step }
    }

    fn step(&mut self, request: &Request) -> Step {
        match self.try_step(request) {
            Ok(step) => step,
            Err(refusal) => Step::Answer(self.refuse(refusal)),
        }
    }

    fn refuse(&mut self, refusal: Refusal) -> Answer {
        let id: String = std::iter::repeat_with(|| self.dice.alphanumeric()).take(16).collect();
        refusal.into_answer(&format!("req_{id}"))
    }

    fn try_step(&mut self, request: &Request) -> Result<Step, Refusal> {
        let route = routes::find(&request.method, &request.path)
            .ok_or_else(|| Refusal::not_found(format!("There is no {} {}.", request.method, request.path)))?;
        if let Rule::Public(answer) = route.rule {
            must_have_no_query(request)?;
            return Ok(Step::Answer(Answer::ok(answer(self))));
        }
        let (token, user) = self.authenticate(request)?;
        if !route.keyed {
            return self.run(route, request, &token, &user);
        }
        let key = request.key()?;
        if let Some(stored) = self.keys.replay(&token, key, request, self.now())? {
            return Ok(Step::Answer(stored));
        }
        let step = match self.run(route, request, &token, &user) {
            Ok(step) => step,
            Err(refusal) => Step::Answer(self.refuse(refusal)),
        };
        if let Step::Answer(answer) = &step {
            self.keys.store(&token, key, request, answer.clone(), self.now());
        }
        Ok(step)
    }

    fn authenticate(&self, request: &Request) -> Result<(String, String), Refusal> {
        let wrong = |message: &str| Refusal::new(401, "unauthorized", message);
        let token =
            request.bearer().ok_or_else(|| wrong("Send your API token as Authorization: Bearer TOKEN."))?;
        let user = self
            .market
            .tokens
            .get(token)
            .ok_or_else(|| wrong("The API token is invalid, expired or revoked."))?;
        Ok((token.to_owned(), user.clone()))
    }

    fn run(&mut self, route: &Route, request: &Request, token: &str, user: &str) -> Result<Step, Refusal> {
        let id = routes::id_in(&request.path);
        match route.rule {
            Rule::Public(answer) => Ok(Step::Answer(Answer::ok(answer(self)))),
            Rule::Events => self.begin_poll(request, id, token, user),
            Rule::Create => {
                must_have_no_query(request)?;
                self.create(user, request).map(Step::Answer)
            }
            Rule::Trade(rule) => {
                must_have_no_query(request)?;
                let hide_closed = self.settings.hide_closed;
                let result = self.edit(id, |trade, now, settings| {
                    if !trade.has_participant(user) || (hide_closed && trade.closing.is_some()) {
                        return Err(no_trade());
                    }
                    rule(trade, &Call { user, request, now, settings })
                });
                result.unwrap_or_else(|| Err(no_trade())).map(Step::Answer)
            }
        }
    }

    fn begin_poll(&mut self, request: &Request, id: &str, token: &str, user: &str) -> Result<Step, Refusal> {
        let now = self.now();
        let trade =
            self.trades.get_mut(id).filter(|trade| trade.has_participant(user) && trade.has_stream(now));
        let trade = trade.ok_or_else(no_trade)?;
        let query = PollQuery::parse(request)?;
        self.polls.check(token, id)?;
        if let Some(answer) = trade.poll(user, query.offset, now) {
            return Ok(Step::Answer(answer));
        }
        let offset = query.offset.unwrap_or_default();
        if query.timeout_ms == 0 {
            return Ok(Step::Answer(empty_batch(offset)));
        }
        let until = now + query.timeout_ms;
        let poll = Poll { token: token.into(), trade: id.into(), user: user.into(), offset, until };
        self.polls.begin(&poll);
        Ok(Step::Wait(poll))
    }

    /// Looks again for a poll that waits.
    pub(crate) fn look_again(&mut self, poll: &Poll) -> Option<Answer> {
        let now = self.now();
        if !self.market.tokens.contains_key(&poll.token) {
            let refusal = Refusal::new(401, "unauthorized", "The API token is invalid, expired or revoked.");
            return Some(self.refuse(refusal));
        }
        let trade = self.trades.get_mut(&poll.trade)?;
        let timed_out = || (now >= poll.until).then(|| empty_batch(poll.offset));
        trade.poll(&poll.user, Some(poll.offset), now).or_else(timed_out)
    }
}

fn no_trade() -> Refusal {
    Refusal::not_found("There is no such trade, or you are not one of its participants.")
}

fn must_have_no_query(request: &Request) -> Result<(), Refusal> {
    match request.parameters().next() {
        None => Ok(()),
        Some((name, _)) => {
            Err(Refusal::invalid(name, format!("The query parameter {name} is not known here.")))
        }
    }
}
