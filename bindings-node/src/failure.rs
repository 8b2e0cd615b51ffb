//! Errors as the JSON text from which `lib/errors.ts` makes classes.

use std::any::Any;

/// The JSON form of an error.
pub(crate) struct Failure(pub(crate) String);

impl Failure {
    pub(crate) fn invalid(message: &str) -> Self {
        Self::of_kind("invalid", message)
    }

    /// A panic that was caught.
    pub(crate) fn panic(panic: &(dyn Any + Send)) -> Self {
        let said = panic.downcast_ref::<&str>().copied();
        let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::defect(&format!("it panicked ({})", said.unwrap_or("without a message")))
    }

    pub(crate) fn defect(what: &str) -> Self {
        Self::of_kind("bug", &format!("a defect in autoplus, please report it: {what}"))
    }

    fn of_kind(kind: &str, message: &str) -> Self {
        Self(serde_json::json!({ "kind": kind, "message": message }).to_string())
    }
}

impl From<autoplus::Error> for Failure {
    fn from(error: autoplus::Error) -> Self {
        Self(error.to_json())
    }
}

/// The texts that pass here are written by this package itself.
impl From<serde_json::Error> for Failure {
    fn from(why: serde_json::Error) -> Self {
        Self::defect(&why.to_string())
    }
}

/// A synchronous function throws it: the text travels as the thrown error's message.
impl From<Failure> for napi::Error {
    fn from(Failure(json): Failure) -> Self {
        Self::from_reason(json)
    }
}
