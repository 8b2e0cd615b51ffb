//! Opening a trade and reading it.

use super::call::Failure;
use super::{Client, Token};
use crate::error::{Error, ErrorKind};
use crate::model::{Crypto, OpenedTrade, Origin, Trade, Wire};
use crate::protocol::operations::{Begin, Intent, Start};
use crate::protocol::request::{self, Request};

/// Who trades what, and where. Sender and receiver are named, because swapped they send money the wrong way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTrade {
    /// Discord server ID.
    pub guild: String,
    /// Crypto and network.
    pub crypto: Crypto,
    /// Discord user who pays into escrow.
    pub sender: String,
    /// Discord user who gets released funds.
    pub receiver: String,
    /// The caller's own name for this intent, such as `order:42`: under one name one trade is opened, however
    /// often the call is repeated on this client or its clones. Another client, or a restart, doesn't know the name.
    /// Without one each call is an intent of its own; an equal one is refused while the first may still land.
    pub operation: Option<String>,
}

impl Client {
    /// Opens a trade. Fails with [`ErrorKind::OutcomeUnknown`] if nothing proves whether it was opened: repeat
    /// the call under the operation's name, never under another.
    pub async fn open_trade(&self, trade: OpenTrade) -> Result<OpenedTrade, Error> {
        check_id("guild", &trade.guild)?;
        check_id("sender", &trade.sender)?;
        check_id("receiver", &trade.receiver)?;
        if trade.sender == trade.receiver {
            return Err(Error::invalid("sender and receiver must be two different users; nothing was sent"));
        }
        if let Some(me) = self.user_id()
            && me != trade.sender
            && me != trade.receiver
        {
            return Err(Error::invalid(
                "you must be the sender or the receiver of a trade that you open; nothing was sent",
            ));
        }
        let client = self.clone();
        self.spawn_mutation(async move { client.open(trade).await })?.await
    }

    async fn open(self, trade: OpenTrade) -> Result<OpenedTrade, Error> {
        let OpenTrade { guild, crypto, sender, receiver, operation } = trade;
        let values = vec![
            ("guild", guild.clone()),
            ("crypto", crypto.to_string()),
            ("sender", sender.clone()),
            ("receiver", receiver.clone()),
        ];
        let intent = Intent { kind: "open_trade", trade_id: None, values };
        let named = operation.is_some();
        let name = match operation {
            Some(name) => checked_name(name)?,
            None => self.environment().random_key()?,
        };
        let token = self.token();
        let key = self.environment().random_key()?;
        let start = Start { key: &key, now: self.now(), token: token.generation, challenge: None, named };
        let begun = self.operations().begin(&name, &intent, start)?;
        let (key, replay) = match begun {
            Begin::Finished(result) => {
                return OpenedTrade::decode(&result, Origin::Server).map_err(Error::bug);
            }
            Begin::First { key } => (key, false),
            Begin::Replay { key, .. } => (key, true),
        };
        let request = request::open_trade(&guild, &crypto, &sender, &receiver, &key);
        match self.drive::<OpenedTrade>(&request, token, replay).await {
            Ok(reply) => {
                self.operations().done(&name, reply.value.to_json());
                Ok(reply.value)
            }
            Err(Failure::Failed(error)) => {
                self.operations().void(&name);
                Err(error)
            }
            Err(Failure::Unproven(error)) => Err(self.leave_unknown(&name, &intent, error)),
        }
    }

    pub(super) fn leave_unknown(&self, name: &str, intent: &Intent, last: Error) -> Error {
        self.operations().unknown(name, self.now());
        let advice = match intent.trade_id {
            None => format!("repeat the call under its operation name {name:?}"),
            Some(_) => String::from(
                "confirm the same challenge again; without it, request a new one in some minutes, and what became of this one is read first",
            ),
        };
        let message = format!(
            "it is not known whether this {} took effect ({last}). Do not start it anew: {advice}",
            intent.kind
        );
        last.recast(ErrorKind::OutcomeUnknown, message).with_operation(intent.named(name))
    }

    /// The trade as it stands, by its thread id.
    pub async fn trade(&self, id: &str) -> Result<Trade, Error> {
        check_id("trade id", id)?;
        let client = self.clone();
        let id = id.to_owned();
        self.spawn_read(async move {
            let trade = client.current(&id, client.token()).await?;
            client.operations().saw_trade(&trade);
            Ok(trade)
        })?
        .await
    }

    /// Reads a trade from within a call.
    pub(super) async fn current(&self, id: &str, token: Token) -> Result<Trade, Error> {
        Ok(self.drive_trade(&request::trade(id), id, token, false).await?)
    }

    /// A call whose answer is the trade itself; one about another trade can't be believed.
    pub(super) async fn drive_trade(
        &self,
        request: &Request,
        id: &str,
        token: Token,
        replay: bool,
    ) -> Result<Trade, Failure> {
        Ok(self.drive_with(request, token, replay, about(id)).await?.value)
    }
}

/// Reads the trade with this id; an answer about another can't be believed.
pub(super) fn about(id: &str) -> impl Fn(&str) -> Result<Trade, String> {
    move |text| match Trade::decode(text, Origin::Server) {
        Ok(trade) if trade.id() == id => Ok(trade),
        Ok(trade) => Err(format!("it is about trade {}, not {id}", trade.id())),
        Err(why) => Err(why.to_string()),
    }
}

fn checked_name(name: String) -> Result<String, Error> {
    if name.trim().is_empty() {
        return Err(Error::invalid(
            "operation: a name can't be empty; leave it out for an intent of its own",
        ));
    }
    Ok(name)
}

/// Ids go into the path: nothing that could change it may stand in one.
pub(super) fn check_id(what: &str, id: &str) -> Result<(), Error> {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if id.is_empty() || id.len() > 64 || !plain {
        return Err(Error::invalid(format!("{what}: {id:?} is no Discord id; nothing was sent")));
    }
    Ok(())
}
