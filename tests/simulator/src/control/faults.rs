//! The verb that plans what goes wrong.

use hyper::header::HeaderValue;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::shortcuts::the_move;
use super::{Arguments, Nothing, done};
use crate::world::World;
use crate::world::effects::Deed;
use crate::world::events::Oddity;
use crate::world::plans::{Delivery, Fault, Lasts, Plan, Reach};
use crate::world::refusal::{Answer, Refusal};
use crate::world::routes::On;
use crate::world::trade::Role;

/// What a proxy or a captive portal sends in the server's place.
const PAGE: &str =
    "<!doctype html>\n<html><head><title>Please wait</title></head><body>Please wait.</body></html>\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    LostBefore,
    LostAfter,
    CutBody,
    Slow,
    SlowBody,
    Delayed,
    Status,
    Html,
    Duplicate,
    Overtaken,
    Repeated,
    Backwards,
    Stuck,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::LostBefore => "lost_before",
            Kind::LostAfter => "lost_after",
            Kind::CutBody => "cut_body",
            Kind::Slow => "slow",
            Kind::SlowBody => "slow_body",
            Kind::Delayed => "delayed",
            Kind::Status => "status",
            Kind::Html => "html",
            Kind::Duplicate => "duplicate",
            Kind::Overtaken => "overtaken",
            Kind::Repeated => "repeated",
            Kind::Backwards => "backwards",
            Kind::Stuck => "stuck",
        }
    }

    /// The arguments that belong to it, beside `on`, `times` and `skip`.
    fn takes(self) -> &'static [&'static str] {
        match self {
            Kind::LostBefore | Kind::LostAfter | Kind::CutBody => &[],
            Kind::Backwards | Kind::Stuck => &[],
            Kind::Repeated => &["events"],
            Kind::Slow | Kind::SlowBody | Kind::Delayed => &["seconds"],
            Kind::Status | Kind::Html => &["seconds", "status", "retry_after", "processed"],
            Kind::Duplicate => &["seconds", "answer"],
            Kind::Overtaken => &["act"],
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultArguments {
    on: String,
    kind: Kind,
    times: Option<u32>,
    skip: Option<u32>,
    seconds: Option<f64>,
    status: Option<u16>,
    retry_after: Option<Value>,
    processed: Option<bool>,
    answer: Option<Delivery>,
    act: Option<MoveArguments>,
    events: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoveArguments {
    user: String,
    act: Deed,
    role: Option<Role>,
    text: Option<Box<RawValue>>,
    address: Option<String>,
}

impl FaultArguments {
    fn must_belong_together(&self) -> Result<(), String> {
        let takes = self.kind.takes();
        for (name, given) in [
            ("seconds", self.seconds.is_some()),
            ("status", self.status.is_some()),
            ("retry_after", self.retry_after.is_some()),
            ("processed", self.processed.is_some()),
            ("answer", self.answer.is_some()),
            ("act", self.act.is_some()),
            ("events", self.events.is_some()),
        ] {
            if given && !takes.contains(&name) {
                let kind = self.kind.name();
                let takes = ["times", "skip"].iter().chain(takes).copied().collect::<Vec<_>>().join(", ");
                return Err(format!("fault: {name} does not belong to {kind}, which takes {takes}"));
            }
        }
        Ok(())
    }

    /// Real or virtual milliseconds.
    fn milliseconds(&self, usual: f64) -> Result<i64, String> {
        let seconds = self.seconds.unwrap_or(usual);
        match (0.0..=1e6).contains(&seconds) {
            true => Ok((seconds * 1000.0).round() as i64),
            false => Err(format!("fault: seconds must be from 0 to 1e6, not {seconds}")),
        }
    }

    /// For status and html, seconds are a window; for the others a delay.
    fn reach(&self, now: i64) -> Result<Reach, String> {
        let is_window = matches!(self.kind, Kind::Status | Kind::Html) && self.seconds.is_some();
        let lasts = match (is_window, self.times) {
            (true, Some(_)) => return Err("fault: give times or seconds, not both".into()),
            (true, None) => Lasts::Until(now + self.milliseconds(0.0)?),
            (false, Some(0)) => return Err("fault: times must be 1 or more".into()),
            (false, times) => Lasts::Times(times.unwrap_or(1)),
        };
        Ok(Reach { skip: self.skip.unwrap_or(0), lasts })
    }

    /// A number of seconds, or any text: a date, or nonsense.
    fn retry_after(&self) -> Result<Option<String>, String> {
        let text = match &self.retry_after {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err("fault: retry_after must be a number or a text".into()),
        };
        match HeaderValue::from_str(&text) {
            Ok(_) => Ok(Some(text)),
            Err(_) => Err(format!("fault: retry_after must be a valid header value, not {text}")),
        }
    }

    fn failure(&self) -> Result<Plan, String> {
        let status = self.status.ok_or("fault: status needs a status: 404, 429, 500, 502, 503 or 504")?;
        let failure = Refusal::failure(status).ok_or_else(|| {
            format!(
                "fault: status must be 404, 429, 500, 502, 503 or 504, not {status}; `answer` gives any other"
            )
        })?;
        let processed = self.processed.unwrap_or(false);
        Ok(Plan::Failure { failure, retry_after: self.retry_after()?, processed })
    }

    fn html(&self) -> Result<Plan, String> {
        let status = self.status.unwrap_or(200);
        if status != 200 && !(400..=599).contains(&status) {
            return Err(format!("fault: html comes with status 200 or an error's, not {status}"));
        }
        let mut headers = vec![("content-type".to_owned(), Some("text/html; charset=utf-8".to_owned()))];
        headers.extend(self.retry_after()?.map(|value| ("retry-after".to_owned(), Some(value))));
        let answer = Answer { status, headers, body: PAGE.into() };
        Ok(Plan::Answer { answer, processed: self.processed.unwrap_or(false) })
    }

    fn overtaken(&self, world: &World) -> Result<Plan, String> {
        let advice = "fault: overtaken needs act: {user, act, role?, text?, address?}, as in the `act` verb";
        let made = self.act.as_ref().ok_or(advice)?;
        if !self.on.contains(" /trades/") {
            return Err(format!("fault: overtaken is about requests on a trade, not {}", self.on));
        }
        let MoveArguments { user, act, role, text, address } = made;
        the_move(world, user, *act, *role, text.as_deref(), address.clone()).map(Plan::Overtaken)
    }

    fn odd(&self, on: &On, oddity: Oddity) -> Result<Plan, String> {
        match on.is_poll() {
            true => Ok(Plan::Odd(oddity)),
            false => {
                let kind = self.kind.name();
                Err(format!("fault: {kind} is about GET /trades/{{id}}/events, not {}", self.on))
            }
        }
    }

    fn plan(&self, on: &On, world: &World) -> Result<Plan, String> {
        Ok(match self.kind {
            Kind::LostBefore => Plan::Fault(Fault::LostBefore),
            Kind::LostAfter => Plan::Fault(Fault::LostAfter),
            Kind::CutBody => Plan::Fault(Fault::CutBody),
            Kind::Slow => Plan::Fault(Fault::Slow(self.milliseconds(1.0)? as u64)),
            Kind::SlowBody => Plan::Fault(Fault::SlowBody(self.milliseconds(1.0)? as u64)),
            Kind::Delayed => Plan::Delayed(self.milliseconds(1.0)?),
            Kind::Status => self.failure()?,
            Kind::Html => self.html()?,
            Kind::Duplicate => Plan::Duplicate {
                answered: self.answer.unwrap_or(Delivery::First),
                after: self.milliseconds(0.0)?,
            },
            Kind::Overtaken => self.overtaken(world)?,
            Kind::Repeated => self.odd(on, Oddity::Repeated(self.events.unwrap_or(1)))?,
            Kind::Backwards => self.odd(on, Oddity::Backwards)?,
            Kind::Stuck => self.odd(on, Oddity::Stuck)?,
        })
    }
}

pub(crate) fn fault(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let wanted: FaultArguments = arguments.read()?;
    let on = On::parse(&wanted.on)?;
    wanted.must_belong_together()?;
    let (reach, plan) = (wanted.reach(world.now())?, wanted.plan(&on, world)?);
    world.plans.add(on, reach, wanted.kind.name(), plan);
    done()
}

pub(crate) fn calm(world: &mut World, arguments: &Arguments<'_>) -> Result<String, String> {
    let Nothing {} = arguments.read()?;
    world.plans.clear();
    done()
}
