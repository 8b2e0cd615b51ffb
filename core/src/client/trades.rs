//! Opening a trade and reading it.

use super::call::{Failure, authorization};
use super::ledger::{Begun, Draft};
use super::{Client, Token};
use crate::error::Error;
use crate::model::{Crypto, OpenedTrade, Origin, Trade, Wire};
use crate::protocol::operations::{self, Finish};
use crate::protocol::request::{self, Request, check_id};
use crate::protocol::rows::{Intent, Kind};
use crate::store::Access;

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
    /// often the call is repeated, by every client that shares the store. Without a file as the store, a restart
    /// doesn't know the name. Without one each call is an intent of its own; an equal one is refused while the first may still land.
    pub operation: Option<String>,
}

impl Client {
    /// Opens a trade. Fails with [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) if nothing proves whether it was opened: repeat
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
        let values = [
            ("guild", guild.clone()),
            ("crypto", crypto.to_string()),
            ("sender", sender.clone()),
            ("receiver", receiver.clone()),
        ];
        let intent = Intent::new(Kind::OpenTrade, None, values);
        let named = operation.is_some();
        let name = match operation {
            Some(name) => checked_name(name)?,
            None => self.environment().random_key()?,
        };
        let token = self.token();
        let key = self.environment().random_key()?;
        let request = request::open_trade(&guild, &crypto, &sender, &receiver, &key);
        authorization(&request, token.clone())?;
        let (body, token) = (request.body.as_deref(), &token);
        let draft = Draft { key: &key, body, token, challenge: None, dead_by: None, named };
        let (mut held, replay) = match self.begin(&name, &intent, &draft).await? {
            Begun::Finished(result) => {
                return OpenedTrade::decode(&result, Origin::Server).map_err(Error::bug);
            }
            Begun::First(held) => (held, false),
            Begun::Replay(held) => (held, true),
        };
        let request = request::open_trade_again(&held.row)?;
        held.sending();
        let answer = self.drive::<OpenedTrade>(&request, token.clone(), replay).await;
        held.quiet();
        match answer {
            Ok(reply) => {
                let opened = reply.value;
                let finish = Finish::Opened(opened.to_json(), opened.id().to_owned());
                let here = format!("trade {} was opened", opened.id());
                held.tell(finish, Ok(opened), &here)
            }
            Err(Failure::Failed(error)) => {
                let here = format!("no trade was opened ({error})");
                held.tell(Finish::Void, Err(error), &here)
            }
            Err(Failure::Unproven(error)) => Err(held.left_unknown(error)),
        }
    }

    /// The trade as it stands, by its thread id.
    pub async fn trade(&self, id: &str) -> Result<Trade, Error> {
        check_id("trade id", id)?;
        self.check_token()?;
        let client = self.clone();
        let id = id.to_owned();
        self.reading(async move {
            let trade = client.current(&id, client.token()).await?;
            client.saw_trade(&trade);
            Ok(trade)
        })
        .await
    }

    /// Learns from a snapshot. A store that fails here only leaves a claim pending for longer.
    fn saw_trade(&self, trade: &Trade) {
        let pending = self.rows(Access::Read, |rows, _| Ok(rows.facts(trade.id())?.pending.is_some()));
        if pending.unwrap_or(false) {
            let _ = self.rows(Access::Batched, |rows, _| operations::saw_trade(rows, trade));
        }
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

pub(super) fn checked_name(name: String) -> Result<String, Error> {
    if name.trim().is_empty() {
        return Err(Error::invalid(
            "operation: a name can't be empty; leave it out for an intent of its own",
        ));
    }
    Ok(name)
}
