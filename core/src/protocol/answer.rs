//! What came back: an answer's parts, and an error answer as a typed error, whatever its body holds.

use std::time::{Duration, SystemTime};

use hyper::body::Bytes;

use super::assumptions::LONGEST_WAIT;
use crate::error::{Error, ErrorKind};
use crate::model::{Fields, Origin, lenient_string};

/// A whole HTTP answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) date: Option<SystemTime>,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Bytes,
}

/// How one attempt ended, for the exchange that decides what follows.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// A documented success that could be read.
    Readable,
    /// A success by status that can't be read: neither success nor failure.
    Unreadable(Error),
    /// An answer with an error status.
    Refused(Error),
    /// Nothing left this machine.
    NotSent(Error),
    /// It may have arrived; no answer came.
    Lost(Error),
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.body).map_err(|_| unreadable(self.status, "it is not UTF-8"))
    }

    /// The typed error of an answer that is no success.
    pub(crate) fn to_error(&self, now: SystemTime) -> Error {
        let said = self.text().ok().and_then(ErrorBody::parse).unwrap_or_default();
        let kind = ErrorKind::of_status(self.status);
        let message = match said.message {
            Some(text) => {
                format!(
                    "AutoPlus answered {}: {}{}",
                    self.status,
                    text.trim_end_matches('.'),
                    advice(kind, said.code.as_deref())
                )
            }
            None => {
                format!("AutoPlus answered {} without a readable error{}", self.status, advice(kind, None))
            }
        };
        Error::new(kind, message)
            .with_answer(self.status, said.code, said.request_id)
            .with_details(said.details)
            .with_retry_after(self.retry_after.as_deref().and_then(|value| retry_after(value, now)))
    }
}

pub(crate) fn unreadable(status: u16, why: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("AutoPlus answered {status}, but its answer can't be read: {why}"))
        .with_answer(status, None, None)
}

#[derive(Default)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    details: Option<String>,
}

impl ErrorBody {
    fn parse(body: &str) -> Option<Self> {
        let mut fields = Fields::parse(body.trim(), Origin::Server).ok()?;
        let mut text = |name| fields.take_raw(name).and_then(lenient_string).map(|(text, _)| text);
        let (code, message, request_id) = (text("code"), text("message"), text("requestId"));
        let details = fields.take_raw("details").filter(|raw| *raw != "null").map(str::to_owned);
        Some(Self { code, message, request_id, details })
    }
}

fn advice(kind: ErrorKind, code: Option<&str>) -> &'static str {
    match kind {
        ErrorKind::Authentication => ". Check the API token, or set another with set_token",
        ErrorKind::NotFound => {
            ". Use the thread id that opening the trade returned, and an account that takes part in it"
        }
        ErrorKind::Conflict if code == Some("idempotency_conflict") => ". This key was used with other data",
        ErrorKind::Conflict => ". Read the trade again and compare before you go on",
        ErrorKind::ChallengeExpired => ". Request a new challenge",
        ErrorKind::RateLimited => ". Wait before the next call",
        _ => "",
    }
}

/// `Retry-After`: seconds, or an HTTP date.
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let asked = match value.parse::<f64>() {
        Ok(seconds) if seconds > LONGEST_WAIT.as_secs_f64() => LONGEST_WAIT,
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok()?,
        Err(_) => httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(asked.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, date: None, retry_after: None, body: body.as_bytes().to_vec().into() }
    }

    #[test]
    fn a_documented_error_is_carried_whole() {
        let body = r#"{"code":"stale_revision","message":"old","requestId":"r1","details":{"n":1e-7}}"#;
        let error = answer(409, body).to_error(SystemTime::now());
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(
            (error.code(), error.status(), error.request_id()),
            (Some("stale_revision"), Some(409), Some("r1"))
        );
        assert_eq!(error.details(), Some(r#"{"n":1e-7}"#));
    }

    #[test]
    fn any_body_gives_a_typed_error() {
        for body in ["", "<html>502</html>", "[]", "null", "{", r#"{"code":5,"message":null}"#, "\"x\""] {
            let error = answer(503, body).to_error(SystemTime::now());
            assert_eq!(
                (error.kind(), error.status(), error.code()),
                (ErrorKind::Server, Some(503), None),
                "{body}"
            );
        }
    }

    #[test]
    fn only_the_two_hundreds_are_successes() {
        let statuses = [199, 200, 201, 202, 299, 300, 404, 500];
        assert_eq!(
            statuses.map(|status| answer(status, "").is_success()),
            [false, true, true, true, true, false, false, false]
        );
    }

    #[test]
    fn bytes_that_are_no_text_make_an_unreadable_answer_and_not_a_guess() {
        let cut = Answer { body: vec![b'"', 0xE2, 0x82].into(), ..answer(200, "") };
        let error = cut.text().unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Decode, Some(200)));
        assert!(error.message().contains("not UTF-8"), "{error}");
        let refusal = Answer { status: 422, ..cut }.to_error(SystemTime::UNIX_EPOCH);
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Unprocessable, None));
        assert_eq!(answer(200, "{}").text().unwrap(), "{}");
    }

    #[test]
    fn an_error_says_what_to_do() {
        for (status, code, advice) in [
            (401, "x", "set another with set_token"),
            (404, "x", "the thread id that opening the trade returned"),
            (409, "idempotency_conflict", "This key was used with other data"),
            (409, "stale_revision", "Read the trade again"),
            (410, "x", "Request a new challenge"),
            (429, "x", "Wait before the next call"),
        ] {
            let body = format!(r#"{{"code":"{code}","message":"No luck."}}"#);
            let said = answer(status, &body).to_error(SystemTime::UNIX_EPOCH);
            let start = format!("AutoPlus answered {status}: No luck. ");
            assert!(said.message().starts_with(&start) && said.message().contains(advice), "{said}");
            let silent = answer(status, "").to_error(SystemTime::UNIX_EPOCH);
            assert!(silent.message().contains("without a readable error. "), "{silent}");
        }
        // Where nothing helps in general, only what the server said stands.
        let said = answer(422, r#"{"message":"No bots"}"#).to_error(SystemTime::UNIX_EPOCH);
        assert_eq!(said.message(), "AutoPlus answered 422: No bots");
    }

    #[test]
    fn details_of_null_are_none() {
        let error = answer(422, r#"{"details":null}"#).to_error(SystemTime::UNIX_EPOCH);
        assert_eq!(error.details(), None);
    }

    #[test]
    fn an_error_carries_how_long_to_wait() {
        let slow = Answer { retry_after: Some(" 2 ".to_owned()), ..answer(429, "") };
        assert_eq!(slow.to_error(SystemTime::UNIX_EPOCH).retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(answer(429, "").to_error(SystemTime::UNIX_EPOCH).retry_after(), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!(retry_after("3", now), Some(Duration::from_secs(3)));
        let date = httpdate::fmt_http_date(now + Duration::from_secs(7));
        assert_eq!(retry_after(&date, now), Some(Duration::from_secs(7)));
        let past = httpdate::fmt_http_date(now - Duration::from_secs(7));
        assert_eq!(retry_after(&past, now), Some(Duration::ZERO));
        assert_eq!(retry_after("1.5", now), Some(Duration::from_millis(1500)));
        assert_eq!(retry_after("-1", now), None);
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("NaN", now), None);
    }

    #[test]
    fn nobody_is_made_to_wait_for_longer_than_a_day() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let last = "Fri, 31 Dec 9999 23:59:59 GMT";
        for odd in ["86401", "18446744073709549568", "1e300", "inf", last] {
            assert_eq!(retry_after(odd, now), Some(LONGEST_WAIT), "{odd}");
        }
    }
}
