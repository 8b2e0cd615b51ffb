//! The requests that came in, for tests to look at.

use super::request::Request;
use super::routes;
use crate::json::{Json, Object, list};

#[derive(Debug)]
struct Seen {
    request: Request,
    user: Option<String>,
    status: Option<u16>,
    fault: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Record {
    seen: Vec<Seen>,
    /// How many were cleared, so that numbers stay valid.
    cleared: usize,
}

impl Record {
    /// Notes a request; the number tells which one was answered later.
    pub(crate) fn note(&mut self, request: Request, user: Option<String>, fault: Option<&str>) -> usize {
        self.seen.push(Seen { request, user, status: None, fault: fault.map(str::to_owned) });
        self.cleared + self.seen.len() - 1
    }

    /// Notes that an answer went out.
    pub(crate) fn answered(&mut self, number: Option<usize>, status: u16) {
        if let Some(seen) = self.get(number) {
            seen.status = Some(status);
        }
    }

    /// Says more of the fault that met a request.
    pub(crate) fn remark(&mut self, number: Option<usize>, fault: String) {
        if let Some(seen) = self.get(number) {
            seen.fault = Some(fault);
        }
    }

    fn get(&mut self, number: Option<usize>) -> Option<&mut Seen> {
        self.seen.get_mut(number?.checked_sub(self.cleared)?)
    }

    pub(crate) fn clear(&mut self) {
        self.cleared += self.seen.len();
        self.seen.clear();
    }

    pub(crate) fn show(&self) -> String {
        list(self.seen.iter().map(|seen| seen.show().to_string()))
    }
}

impl Seen {
    fn show(&self) -> Object {
        let request = &self.request;
        let null = || Json::Token("null".into());
        let pairs = |pairs: &mut dyn Iterator<Item = (&str, &str)>| {
            pairs.fold(Object::new(), |object, (name, value)| object.with(name, value))
        };
        let body = Some(&request.body).filter(|body| !body.is_empty());
        Object::new()
            .with("method", request.method.as_str())
            .with("path", request.path.as_str())
            .with(
                "route",
                routes::find(&request.method, &request.path).map_or_else(null, |route| route.path.into()),
            )
            .with("query", pairs(&mut request.parameters()))
            .with("headers", pairs(&mut request.headers.iter().map(|(name, value)| (&**name, &**value))))
            .with("body", body.map_or_else(null, |body| String::from_utf8_lossy(body).as_ref().into()))
            .with("status", self.status.map_or_else(null, |status| i64::from(status).into()))
            .with("user", self.user.as_deref().map_or_else(null, Json::from))
            .with("fault", self.fault.as_deref().map_or_else(null, Json::from))
    }
}
