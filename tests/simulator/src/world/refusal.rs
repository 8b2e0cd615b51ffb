//! What a request gets back: an answer, or a refusal in the page's error form.

use crate::json::Object;

/// One HTTP answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Beside `content-type` and `date`, or instead of them; `None` leaves a usual one out.
    pub(crate) headers: Vec<(String, Option<String>)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl ToString) -> Answer {
        Answer { status, headers: Vec::new(), body: body.to_string() }
    }

    pub(crate) fn ok(body: impl ToString) -> Answer {
        Answer::new(200, body)
    }
}

/// Why a request was not done.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) details: Option<Object>,
    pub(crate) retry_after: Option<u32>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status, code, message: message.into(), details: None, retry_after: None }
    }

    /// 400: something is wrong with one field, header or parameter.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Refusal {
        Refusal::new(400, "invalid_request", message).with(Object::new().with("field", field))
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Refusal {
        Refusal::new(404, "not_found", message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Refusal {
        Refusal::new(403, "forbidden", message)
    }

    pub(crate) fn wrong_state(message: impl Into<String>) -> Refusal {
        Refusal::new(409, "wrong_state", message)
    }

    pub(crate) fn stale(message: impl Into<String>) -> Refusal {
        Refusal::new(409, "stale_revision", message)
    }

    pub(crate) fn mismatch(message: impl Into<String>) -> Refusal {
        Refusal::new(409, "confirmation_mismatch", message)
    }

    /// A failure of the server itself, or a 404 for what is there; `None` for another status.
    pub(crate) fn failure(status: u16) -> Option<Refusal> {
        let (code, message) = match status {
            404 => ("not_found", "There is no such trade, or you are not one of its participants."),
            429 => ("rate_limited", "Too many requests. Slow down."),
            500 => ("internal_error", "Something went wrong here."),
            502 => ("bad_gateway", "The server behind this one gave no good answer."),
            503 => ("service_unavailable", "A service that is needed is unavailable. Try again later."),
            504 => ("gateway_timeout", "The server behind this one gave no answer in time."),
            _ => return None,
        };
        Some(Refusal::new(status, code, message))
    }

    pub(crate) fn with(mut self, details: Object) -> Refusal {
        self.details = Some(details);
        self
    }

    pub(crate) fn into_answer(self, request_id: &str) -> Answer {
        let body = Object::new()
            .with("code", self.code)
            .with("message", self.message.as_str())
            .with("requestId", request_id)
            .maybe("details", self.details);
        let mut answer = Answer::new(self.status, body);
        if let Some(seconds) = self.retry_after {
            answer.headers.push(("retry-after".into(), Some(seconds.to_string())));
        }
        answer
    }
}
