//! What Kotlin asks for: which method, of what, with which arguments.

use std::future::Future;
use std::sync::{Arc, Weak};

use autoplus::{Client, Crypto, Error, ErrorKind, OpenTrade, Role, Trade};
use uniffi::Lift;

use super::answer::{Answer, Packed};
use super::targets::{self, Target};
use super::task::Work;
use crate::UniFfiTag;
use crate::client::Settings;
use crate::failure::{BridgeError, FailureParts};
use crate::models::TradeParts;
use crate::review::reviewed;

/// The methods by number, as `Method` in Kotlin has them.
pub(super) mod method {
    pub(in crate::ffi) const TRADE: i32 = 1;
    pub(in crate::ffi) const OPEN_TRADE: i32 = 2;
    pub(in crate::ffi) const CHOOSE_ROLE: i32 = 3;
    pub(in crate::ffi) const CONFIRM_IDENTIFICATION: i32 = 4;
    pub(in crate::ffi) const RESET_IDENTIFICATION: i32 = 5;
    pub(in crate::ffi) const SET_TERMS: i32 = 6;
    pub(in crate::ffi) const CONFIRM_TERMS: i32 = 7;
    pub(in crate::ffi) const REQUEST_RELEASE: i32 = 8;
    pub(in crate::ffi) const REQUEST_RETURN: i32 = 9;
    pub(in crate::ffi) const CONFIRM_ACTION: i32 = 10;
    pub(in crate::ffi) const NEXT_EVENTS: i32 = 11;
    pub(in crate::ffi) const COMMIT_EVENTS: i32 = 12;
    pub(in crate::ffi) const NEXT_WATCHED: i32 = 13;
    pub(in crate::ffi) const NEXT_NOTES: i32 = 14;
    pub(in crate::ffi) const SHUT_DOWN: i32 = 15;
    #[cfg(debug_assertions)]
    pub(in crate::ffi) const PANIC: i32 = -1;
}

/// Arguments in their order, as uniffi writes them.
struct Arguments<'a>(&'a [u8]);

impl Arguments<'_> {
    fn next<T: Lift<UniFfiTag>>(&mut self) -> Result<T, BridgeError> {
        let unreadable = |why| refused(ErrorKind::Bug, &format!("an argument can't be read: {why}"));
        T::try_read(&mut self.0).map_err(unreadable)
    }

    fn reviewed(&mut self) -> Result<Trade, BridgeError> {
        let trade: TradeParts = self.next()?;
        reviewed(&trade, &self.next()?)
    }
}

fn refused(kind: ErrorKind, text: &str) -> BridgeError {
    BridgeError::Failed { failure: Box::new(FailureParts::new(kind, text)) }
}

fn work<T, E>(ticket: i64, call: impl Future<Output = Result<T, E>> + Send + 'static) -> Work
where
    T: Packed,
    BridgeError: From<E>,
{
    Box::pin(async move { Answer::of(ticket, call.await.map_err(BridgeError::from)) })
}

/// One whose object was let go of meanwhile.
fn alive<T>(object: &Weak<T>) -> Result<Arc<T>, BridgeError> {
    object.upgrade().ok_or_else(|| refused(ErrorKind::Closed, "this was closed"))
}

/// A client that is set up as told.
pub(super) fn new_client(arguments: &[u8]) -> Result<Client, BridgeError> {
    let settings: Settings = Arguments(arguments).next()?;
    Ok(settings.builder().build()?)
}

/// What is to be done. Nothing of it happens before it is polled.
pub(super) fn call(method: i32, target: i64, ticket: i64, arguments: &[u8]) -> Result<Work, BridgeError> {
    let told = Arguments(arguments);
    match targets::get(target).ok_or_else(|| refused(ErrorKind::Closed, "this was closed"))? {
        Target::Client(client) => of_client(method, client, ticket, told),
        Target::Action(challenge) if method == method::CONFIRM_ACTION => {
            let mut told = told;
            let operation: Option<String> = told.next()?;
            Ok(work(ticket, async move { challenge.confirm(operation.as_deref()).await }))
        }
        Target::Stream(stream) => {
            let (stream, mut told) = (alive(&stream)?, told);
            match method {
                method::NEXT_EVENTS => {
                    let (max, seen) = (told.next()?, told.next()?);
                    Ok(work(ticket, async move { stream.next(max, seen).await }))
                }
                method::COMMIT_EVENTS => {
                    let seen = told.next()?;
                    Ok(work(ticket, async move { stream.commit(seen).await }))
                }
                _ => Err(unknown(method)),
            }
        }
        Target::Watch(watch) if method == method::NEXT_WATCHED => {
            let (watch, mut told) = (alive(&watch)?, told);
            let (max, seen) = (told.next()?, told.next()?);
            Ok(work(ticket, async move { watch.next(max, seen).await }))
        }
        Target::Notes(notes) if method == method::NEXT_NOTES => {
            let (notes, mut told) = (alive(&notes)?, told);
            let (max, seen) = (told.next()?, told.next()?);
            Ok(work(ticket, async move { notes.next(max, seen).await }))
        }
        _ => Err(unknown(method)),
    }
}

fn of_client(method: i32, client: Client, ticket: i64, mut told: Arguments<'_>) -> Result<Work, BridgeError> {
    Ok(match method {
        method::TRADE => {
            let id: String = told.next()?;
            work(ticket, async move { client.trade(&id).await })
        }
        method::OPEN_TRADE => {
            let guild = told.next()?;
            let crypto = Crypto::from(told.next::<String>()?.as_str());
            let (sender, receiver, operation) = (told.next()?, told.next()?, told.next()?);
            let trade = OpenTrade { guild, crypto, sender, receiver, operation };
            work(ticket, async move { client.open_trade(trade).await })
        }
        method::CHOOSE_ROLE => {
            let trade = told.reviewed()?;
            let role = Role::parse(&told.next::<String>()?);
            let role = role.ok_or_else(|| BridgeError::invalid("role: sender or receiver"))?;
            work(ticket, async move { client.choose_role(&trade, role).await })
        }
        method::CONFIRM_IDENTIFICATION => {
            let trade = told.reviewed()?;
            work(ticket, async move { client.confirm_identification(&trade).await })
        }
        method::RESET_IDENTIFICATION => {
            let trade = told.reviewed()?;
            work(ticket, async move { client.reset_identification(&trade).await })
        }
        method::SET_TERMS => {
            let trade = told.reviewed()?;
            let text: Option<String> = told.next()?;
            work(ticket, async move { client.set_terms(&trade, text.as_deref()).await })
        }
        method::CONFIRM_TERMS => {
            let trade = told.reviewed()?;
            work(ticket, async move { client.confirm_terms(&trade).await })
        }
        method::REQUEST_RELEASE => {
            let trade = told.reviewed()?;
            work(ticket, async move { client.request_release(&trade).await })
        }
        method::REQUEST_RETURN => {
            let trade = told.reviewed()?;
            work(ticket, async move { client.request_return(&trade).await })
        }
        method::SHUT_DOWN => work(ticket, async move {
            client.close().await;
            Ok::<_, Error>(())
        }),
        #[cfg(debug_assertions)]
        method::PANIC => work(ticket, async { panics() }),
        _ => return Err(unknown(method)),
    })
}

fn unknown(method: i32) -> BridgeError {
    refused(ErrorKind::Bug, &format!("there is no method {method} of this"))
}

#[cfg(debug_assertions)]
#[allow(clippy::panic, reason = "that is what it is for")]
fn panics() -> Result<(), Error> {
    panic!("on purpose")
}
