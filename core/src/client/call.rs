//! Drives one call: asks the exchange what to do, does it, and reports how it went.

use std::time::{Duration, SystemTime};

use hyper::header::HeaderValue;

use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::lane;
use crate::model::{Origin, Wire};
use crate::protocol::answer::{Answer, Outcome, unreadable};
use crate::protocol::exchange::{Exchange, Step, Verdict};
use crate::protocol::request::Request;
use crate::runtime::{self, Running, WhenDropped};
use crate::transport::Pool;

/// A readable success.
pub(super) struct Reply<T> {
    pub(super) value: T,
    /// When the attempt that was answered went out, on the client's clock.
    pub(super) sent_at: Duration,
    /// The server's own time in this answer.
    pub(super) date: Option<SystemTime>,
}

/// Why a call ended without one.
pub(super) enum Failure {
    /// Proven: nothing happened.
    Failed(Error),
    /// Something may have happened.
    Unproven(Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Failed(error) | Failure::Unproven(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Counts a mutation as under way for as long as it lives.
pub(super) struct UnderWay(Client);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.shared.mutations.send_modify(|running| *running -= 1);
    }
}

impl Client {
    pub(super) fn under_way(&self) -> UnderWay {
        self.shared.mutations.send_modify(|running| *running += 1);
        UnderWay(self.clone())
    }

    /// A public read.
    pub(super) async fn read<T: Wire + Send + 'static>(&self, request: Request) -> Result<T, Error> {
        let client = self.clone();
        self.reading(async move { Ok(client.drive(&request, client.token(), false).await?.value) }).await
    }

    /// A read on the background thread, or here if this thread drives it.
    pub(super) async fn reading<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        if lane::current().is_some() {
            self.check_open()?;
            return work.await;
        }
        self.spawn_unchecked(work)?.await
    }

    /// Fails at once while the server refuses this token.
    pub(super) fn check_token(&self) -> Result<(), Error> {
        self.latch().check(self.token().generation)
    }

    pub(super) fn spawn_read<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<Running<T>, Error> {
        self.check_token()?;
        self.spawn_unchecked(work)
    }

    /// Work that sends no token, or finds out itself.
    pub(super) fn spawn_unchecked<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<Running<T>, Error> {
        // Boxed at once: a call's state is large, and would be moved at each step on its way to the thread.
        let work = Box::pin(work);
        self.check_open()?;
        Ok(runtime::run(&self.environment().handle()?, WhenDropped::Abort, work))
    }

    /// A mutation on the background thread: it goes on when the caller is gone, and `close` waits for it.
    pub(super) fn spawn_mutation<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<Running<T>, Error> {
        let work = Box::pin(work);
        self.check_token()?;
        // Counted first, so that a `close` in this moment waits for it or it is refused.
        let under_way = self.under_way();
        self.check_open()?;
        let work = async move {
            let _under_way = under_way;
            work.await
        };
        Ok(runtime::run(&self.environment().handle()?, WhenDropped::Detach, work))
    }

    pub(super) async fn drive<T: Wire>(
        &self,
        request: &Request,
        token: Token,
        replay: bool,
    ) -> Result<Reply<T>, Failure> {
        let decode = |text: &str| T::decode(text, Origin::Server).map_err(|why| why.to_string());
        self.drive_with(request, token, replay, decode).await
    }

    pub(super) async fn drive_with<T>(
        &self,
        request: &Request,
        token: Token,
        replay: bool,
        decode: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Reply<T>, Failure> {
        // What fails before anything is sent proves nothing about an earlier send.
        let early = |error| if replay { Failure::Unproven(error) } else { Failure::Failed(error) };
        let generation = token.generation;
        let token = authorization(request, token).map_err(early)?;
        let transport = lane::current().map_or_else(|| self.transport(), Ok).map_err(early)?;
        let timeouts = self.shared.config.timeouts;
        let mut exchange = Exchange::new(
            request.rule,
            self.now(),
            timeouts.attempt + request.hold,
            timeouts.call + request.hold,
        );
        exchange = exchange.first_before(request.first_before);
        if replay {
            exchange = exchange.replay();
        }
        let mut reply = None;
        loop {
            match exchange.next(self.now()) {
                Step::Wait(pause) => tokio::time::sleep(pause).await,
                Step::Send(limit) => {
                    let sent_at = self.now();
                    let answer = transport.send(Pool::Commands, request, token.as_ref(), limit).await;
                    let outcome = match answer {
                        Err(outcome) => outcome,
                        Ok(answer) if answer.is_success() => match read_answer(&answer, &decode) {
                            Ok(value) => {
                                reply = Some(Reply { value, sent_at, date: answer.date });
                                Outcome::Readable
                            }
                            Err(error) => Outcome::Unreadable(error),
                        },
                        Ok(answer) => Outcome::Refused(self.refusal(&answer, request, token.as_ref())),
                    };
                    if request.authenticated {
                        self.heard(generation, &outcome);
                    }
                    // Randomness is asked of the system, and only retries need it.
                    let retries = !matches!(outcome, Outcome::Readable);
                    let chance = if retries { self.environment().chance() } else { 0.0 };
                    exchange.notify(outcome, self.now(), chance);
                }
                Step::End(Verdict::Done) => {
                    return reply
                        .take()
                        .ok_or_else(|| Failure::Failed(Error::bug("a call ended well without its answer")));
                }
                Step::End(Verdict::Failed(error)) => return Err(Failure::Failed(error)),
                Step::End(Verdict::Unproven(error)) => return Err(Failure::Unproven(error)),
            }
        }
    }

    /// What an answer says about the token that it was asked with.
    pub(super) fn heard(&self, token: u64, outcome: &Outcome) {
        match outcome {
            Outcome::Readable => self.latch().heard(token, None, self.now()),
            Outcome::Refused(error) => self.latch().heard(token, Some(error), self.now()),
            Outcome::Unreadable(_) | Outcome::NotSent(_) | Outcome::Lost(_) => {}
        }
    }

    /// An answer with an error status, without the secrets that it may echo.
    pub(super) fn refusal(&self, answer: &Answer, request: &Request, token: Option<&HeaderValue>) -> Error {
        let token =
            token.and_then(|header| header.to_str().ok()).and_then(|header| header.strip_prefix("Bearer "));
        let secrets: Vec<&str> = token.into_iter().chain(request.secret.as_deref()).collect();
        answer.to_error((self.environment().clock)()).without(&secrets)
    }
}

pub(super) fn authorization(request: &Request, token: Token) -> Result<Option<HeaderValue>, Error> {
    if request.authenticated && token.header.is_none() {
        let message = "this call needs an API token: pass one to the client, or set AUTOPLUS_TOKEN";
        return Err(Error::new(ErrorKind::Authentication, message));
    }
    Ok(token.header.filter(|_| request.authenticated))
}

pub(super) fn read_answer<T>(
    answer: &Answer,
    decode: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Error> {
    decode(answer.text()?.trim()).map_err(|why| unreadable(answer.status, &why))
}
