//! A token that was refused twice is not tried again: it would only make the server suspicious.

use std::time::Duration;

use super::assumptions::REFUSED_AGAIN;
use crate::error::{Error, ErrorKind};

/// What the server said of the token. `token` counts the tokens that were set.
#[derive(Debug, Default)]
pub(crate) struct Latch {
    refused: Option<(u64, Duration)>,
    latched: Option<(u64, Error)>,
}

impl Latch {
    /// Takes in an answer to a request that carried the token: its refusal, if it was one.
    pub(crate) fn heard(&mut self, token: u64, refusal: Option<&Error>, now: Duration) {
        let Some(refusal) = refusal.filter(|error| error.status() == Some(401) && error.code().is_some())
        else {
            self.refused = None;
            return;
        };
        match self.refused {
            Some((refused, at)) if refused == token && now >= at + REFUSED_AGAIN => {
                self.latched = Some((token, refusal.clone()));
            }
            Some((refused, _)) if refused == token => {}
            _ => self.refused = Some((token, now)),
        }
    }

    /// Refuses what would carry a latched token.
    pub(crate) fn check(&self, token: u64) -> Result<(), Error> {
        match &self.latched {
            Some((latched, refusal)) if *latched == token => {
                let message = "AutoPlus refused this token twice in a row, so it isn't sent any more; nothing was sent. Set another with set_token";
                Err(refusal.clone().recast(ErrorKind::Authentication, message))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn refusal(status: u16, code: Option<&str>) -> Error {
        Error::new(ErrorKind::of_status(status), "").with_answer(status, code.map(str::to_owned), None)
    }

    fn latched(answers: &[(u64, Option<Error>, u32)]) -> bool {
        let mut latch = Latch::default();
        for (token, refusal, at) in answers {
            latch.heard(*token, refusal.as_ref(), SECOND * *at);
        }
        latch.check(1).is_err()
    }

    #[test]
    fn two_refusals_a_second_apart_latch_that_token_alone() {
        let no = || Some(refusal(401, Some("unauthorized")));
        assert!(latched(&[(1, no(), 5), (1, no(), 6)]));
        assert!(!latched(&[(1, no(), 5)]));
        assert!(!latched(&[(1, no(), 5), (1, no(), 5)]), "at the same moment: it is one");
        assert!(latched(&[(1, no(), 5), (1, no(), 5), (1, no(), 6)]));
        assert!(!latched(&[(2, no(), 5), (2, no(), 6)]), "another token");
        assert!(!latched(&[(2, no(), 5), (1, no(), 6)]), "one refusal each");
    }

    #[test]
    fn anything_else_in_between_says_that_the_token_is_good_or_the_answer_somebody_elses() {
        let no = || Some(refusal(401, Some("unauthorized")));
        for between in [None, Some(refusal(401, None)), Some(refusal(403, Some("forbidden")))] {
            assert!(!latched(&[(1, no(), 5), (1, between, 6), (1, no(), 7)]));
        }
    }

    #[test]
    fn the_time_between_two_refusals_counts_from_the_first_of_that_token() {
        let no = refusal(401, Some("unauthorized"));
        let mut latch = Latch::default();
        for half_seconds in [10, 11] {
            latch.heard(1, Some(&no), SECOND / 2 * half_seconds);
            assert!(latch.check(1).is_ok());
        }
        latch.heard(1, Some(&no), SECOND / 2 * 12);
        let error = latch.check(1).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Authentication, Some(401)));
        assert!(error.message().contains("set_token"), "{error}");
        assert!(latch.check(2).is_ok(), "one that was set since");

        let no = || Some(refusal(401, Some("unauthorized")));
        assert!(latched(&[(2, no(), 5), (1, no(), 6), (1, no(), 7)]), "a token's first one is noted anew");
    }
}
