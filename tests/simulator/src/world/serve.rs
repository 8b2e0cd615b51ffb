//! How a request is answered: token, key, access, then the rule of its route.

use tokio::sync::oneshot;

use super::World;
use super::audit::Before;
use super::call::Call;
use super::challenge::expired;
use super::events::{Oddity, PollQuery, empty_batch};
use super::plans::{Fault, Plan};
use super::polls::Poll;
use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::routes::{self, Route, Rule};
use super::settings::{ExpiryChecked, InFlight, KeyLookup};
use super::trade::Millis;
use crate::json::Entries;

/// What is to be done for a request.
#[derive(Debug)]
pub(crate) struct Reception {
    /// Under which number it was recorded, if it was.
    pub(crate) number: Option<usize>,
    pub(crate) fault: Option<Fault>,
    pub(crate) step: Step,
}

#[derive(Debug)]
pub(crate) enum Step {
    Answer(Answer),
    /// Nothing new yet: look again on a change, and at the poll's end.
    Wait(Poll),
    /// It is looked at later; what it gives comes out of here.
    Later(oneshot::Receiver<Step>),
    /// Close the connection.
    Hangup,
}

impl World {
    /// Takes a request in.
    pub(crate) fn receive(&mut self, request: Request) -> Reception {
        let user = request.bearer().and_then(|token| self.market.name_by_token(token)).map(str::to_owned);
        let planned = self.plans.take(&request, self.now());
        let (plan, name) = planned.or_else(|| self.mishap(&request)).unzip();
        let keep = self.settings.keep_requests;
        let number = keep.then(|| self.record.note(request.clone(), user, name));
        let (fault, step) = match plan {
            Some(Plan::Fault(Fault::LostBefore)) => (None, Step::Hangup),
            Some(Plan::Fault(fault)) => (Some(fault), self.step_under(fault, &request)),
            Some(plan) => (None, self.follow(plan, request, number)),
            None => (None, self.step(&request, self.now())),
        };
        Reception { number, fault, step }
    }

    /// Looks at a request that came in at `arrived`.
    pub(crate) fn step(&mut self, request: &Request, arrived: Millis) -> Step {
        match self.try_step(request, arrived) {
            Ok(step) => step,
            Err(refusal) => Step::Answer(self.refuse(refusal)),
        }
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal) -> Answer {
        let id: String = std::iter::repeat_with(|| self.dice.alphanumeric()).take(16).collect();
        refusal.into_answer(&format!("req_{id}"))
    }

    fn try_step(&mut self, request: &Request, arrived: Millis) -> Result<Step, Refusal> {
        let route = routes::find(&request.method, &request.path)
            .ok_or_else(|| Refusal::not_found(format!("There is no {} {}.", request.method, request.path)))?;
        if let Rule::Public(answer) = route.rule {
            must_have_no_query(request)?;
            return Ok(Step::Answer(Answer::ok(answer(self))));
        }
        let (token, user) = self.authenticate(request)?;
        let by = By { token: &token, user: &user, arrived };
        if !route.keyed {
            return self.run(route, request, &by);
        }
        let key = request.key()?;
        self.keys.forget(self.settings.keys_kept.millis(), self.now());
        if self.settings.in_flight == InFlight::Conflict {
            self.keys.must_not_be_in_flight(&token, key)?;
        }
        if self.settings.key_lookup == KeyLookup::AfterExpiry {
            self.must_not_be_expired(request, &by)?;
        }
        if let Some(stored) = self.keys.replay(&token, key, request)? {
            return Ok(Step::Answer(stored));
        }
        let step = match self.run(route, request, &by) {
            Ok(step) => step,
            Err(refusal) => Step::Answer(self.refuse(refusal)),
        };
        if let Step::Answer(answer) = &step
            && self.settings.stores(answer.status)
        {
            self.keys.store(&token, key, request, answer.clone(), self.now());
        }
        Ok(step)
    }

    /// The expiry of the code in a body, before anything else of it is looked at.
    fn must_not_be_expired(&self, request: &Request, by: &By<'_>) -> Result<(), Refusal> {
        let Ok(Entries(sent)) = serde_json::from_slice(&request.body) else { return Ok(()) };
        let code = sent.iter().find(|(name, _)| name == "confirmationCode");
        let code = code.and_then(|(_, raw)| serde_json::from_str::<String>(raw.get()).ok());
        let trade = self.trades.get(routes::id_in(&request.path));
        let (Some(code), Some(trade)) = (code, trade) else { return Ok(()) };
        let moment = match self.settings.expiry_checked {
            ExpiryChecked::Arrival => by.arrived,
            ExpiryChecked::Processing => self.now(),
        };
        match trade.is_expired(by.user, &code, moment) {
            true => Err(expired()),
            false => Ok(()),
        }
    }

    pub(crate) fn authenticate(&self, request: &Request) -> Result<(String, String), Refusal> {
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

    fn run(&mut self, route: &Route, request: &Request, by: &By<'_>) -> Result<Step, Refusal> {
        let (id, user, arrived) = (routes::id_in(&request.path), by.user, by.arrived);
        match route.rule {
            Rule::Public(answer) => Ok(Step::Answer(Answer::ok(answer(self)))),
            Rule::Events => self.begin_poll(request, by.token, user, None),
            Rule::Create => {
                must_have_no_query(request)?;
                self.create(user, request).map(Step::Answer)
            }
            Rule::Trade(rule) => {
                must_have_no_query(request)?;
                let result = self.edit(id, |trade, now, settings| {
                    // Reads may lag behind the close.
                    let lag = if request.method == "GET" { settings.stale_reads.millis() } else { 0 };
                    let is_closed = trade.closing.as_ref().is_some_and(|closing| closing.at <= now - lag);
                    if !trade.has_participant(user) || (settings.hide_closed && is_closed) {
                        return Err(no_trade());
                    }
                    let call = Call { user, request, arrived, now, settings };
                    let before = Before::of(trade, user);
                    let answer = rule(trade, &call)?;
                    trade.was_asked(&before, &call, route.keyed);
                    Ok(answer)
                });
                result.unwrap_or_else(|| Err(no_trade())).map(Step::Answer)
            }
        }
    }

    pub(crate) fn begin_poll(
        &mut self,
        request: &Request,
        token: &str,
        user: &str,
        oddity: Option<Oddity>,
    ) -> Result<Step, Refusal> {
        let (now, id) = (self.now(), routes::id_in(&request.path));
        let trade =
            self.trades.get_mut(id).filter(|trade| trade.has_participant(user) && trade.has_stream(now));
        let trade = trade.ok_or_else(no_trade)?;
        let query = PollQuery::parse(request)?;
        self.polls.admit(token, id, now)?;
        if let Some(answer) = trade.poll(user, query.offset, oddity, &self.settings, now) {
            return Ok(Step::Answer(answer));
        }
        let offset = query.offset.unwrap_or_default();
        if query.timeout_ms == 0 {
            return Ok(Step::Answer(empty_batch(offset)));
        }
        let until = now + query.timeout_ms;
        let number = self.polls.new_number();
        let (token, trade, user) = (token.into(), id.into(), user.into());
        let poll = Poll { number, token, trade, user, offset, oddity, until };
        self.polls.begin(&poll);
        Ok(Step::Wait(poll))
    }

    /// Looks again for a poll that waits: an answer, or a closed connection.
    pub(crate) fn look_again(&mut self, poll: &Poll) -> Option<Step> {
        match self.polls.is_cut(poll) {
            true => Some(Step::Hangup),
            false => self.try_to_answer(poll).map(Step::Answer),
        }
    }

    fn try_to_answer(&mut self, poll: &Poll) -> Option<Answer> {
        let now = self.now();
        if !self.market.tokens.contains_key(&poll.token) {
            let refusal = Refusal::new(401, "unauthorized", "The API token is invalid, expired or revoked.");
            return Some(self.refuse(refusal));
        }
        let trade = self.trades.get_mut(&poll.trade)?;
        let timed_out = || (now >= poll.until).then(|| empty_batch(poll.offset));
        trade.poll(&poll.user, Some(poll.offset), poll.oddity, &self.settings, now).or_else(timed_out)
    }

    /// How long a poll waits before it looks again, unless something changes.
    pub(crate) fn patience(&self, poll: &Poll) -> Millis {
        let trade = self.trades.get(&poll.trade);
        let shown = trade.and_then(|trade| trade.next_shown(poll.offset, &self.settings));
        shown.map_or(poll.until, |shown| shown.min(poll.until)) - self.now()
    }

    /// The client of a poll that waits went away.
    pub(crate) fn abandon(&mut self, poll: &Poll) {
        let now = self.now();
        self.polls.abort(poll, now + self.settings.aborted_poll.millis(), now);
    }
}

/// Who asks, and since when.
struct By<'a> {
    token: &'a str,
    user: &'a str,
    arrived: Millis,
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
