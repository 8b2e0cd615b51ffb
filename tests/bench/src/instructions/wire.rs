//! Answers at once, from the server's bodies.

use std::pin::Pin;
use std::sync::Arc;

use autoplus::bridge::{Carrier, Parcel, Receipt, Unanswered};
use autoplus_bench::answers::{Answers, TRADE};

pub(crate) struct Wire {
    pub(crate) answers: Arc<Answers>,
}

impl Carrier for Wire {
    fn carry(&self, request: Parcel) -> Pin<Box<dyn Future<Output = Result<Receipt, Unanswered>> + Send>> {
        let path = request.path.strip_prefix("/trades/").and_then(|path| path.strip_prefix(TRADE));
        let (status, body) = match (request.method, path) {
            ("GET", Some("")) => (200, self.answers.trade.clone()),
            ("POST", None) => (201, self.answers.opened.clone()),
            ("POST", Some("/action")) => (201, Answers::challenge()),
            ("POST", Some(_)) => (200, self.answers.released.clone()),
            (_, Some(poll)) if poll.starts_with("/events?offset=0") => (200, self.answers.batch.clone()),
            // A poll for what never happens.
            _ => return Box::pin(std::future::pending()),
        };
        let headers = vec![("date".to_owned(), "Thu, 26 Nov 2026 10:13:20 GMT".to_owned())];
        Box::pin(async move { Ok(Receipt { status, headers, body: body.to_vec() }) })
    }
}
