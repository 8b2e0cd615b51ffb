//! How a trade begins.

use std::collections::BTreeMap;

use super::World;
use super::effects::{Carried, Deed};
use super::events::Log;
use super::market::GUILD;
use super::refusal::{Answer, Refusal};
use super::request::Request;
use super::routes;
use super::trade::{Status, Trade};
use crate::crypto::{self, Crypto};
use crate::json::Object;

impl World {
    /// `POST /guilds/{guildId}/trades`
    pub(crate) fn create(&mut self, user: &str, request: &Request) -> Result<Answer, Refusal> {
        let fields = request.fields(&["crypto", "sender", "receiver"])?;
        let (sender, receiver) = (fields.string("sender")?, fields.string("receiver")?);
        let crypto = fields.string("crypto")?;
        if routes::id_in(&request.path) != GUILD {
            return Err(Refusal::forbidden("The AutoPlus API is not enabled in this Discord server."));
        }
        let crypto = self.enabled_crypto(&crypto)?;
        if user != sender && user != receiver {
            return Err(Refusal::forbidden("You must be the sender or the receiver of the trade."));
        }
        self.must_be_able_to_trade(&sender, &receiver)?;
        let id = self.open(crypto, &sender, &receiver, user);
        let carried = Carried::by(request, true);
        self.edit(&id, |trade, _, _| {
            trade.effects.iter_mut().for_each(|effect| effect.request = Some(carried.clone()))
        });
        let number = self.trades[&id].number;
        Ok(Answer::new(201, Object::new().with("id", id.as_str()).with("tradeId", number)))
    }

    pub(crate) fn enabled_crypto(&self, name: &str) -> Result<&'static Crypto, Refusal> {
        let enabled = crypto::find(name).filter(|crypto| !self.market.disabled_cryptos.contains(crypto.name));
        enabled.ok_or_else(|| {
            Refusal::new(422, "unsupported_crypto", format!("The crypto {name} is not available now."))
                .with(Object::new().with("field", "crypto"))
        })
    }

    pub(crate) fn must_be_able_to_trade(&self, sender: &str, receiver: &str) -> Result<(), Refusal> {
        let wrong = |field: &str, message: &str| {
            let details = Object::new().with("field", field);
            Err(Refusal::new(422, "invalid_participants", message).with(details))
        };
        if sender == receiver {
            return wrong("receiver", "Sender and receiver must be two different users.");
        }
        for (field, id) in [("sender", sender), ("receiver", receiver)] {
            if !self.market.can_trade(id) {
                return wrong(field, "Both participants must be members of the server, and no bots.");
            }
        }
        Ok(())
    }

    /// Opens a trade between two people who can trade; `by` is who asked for it.
    pub(crate) fn open(&mut self, crypto: &'static Crypto, sender: &str, receiver: &str, by: &str) -> String {
        let id = self.next_trade_id().to_string();
        let mut trade = Trade {
            id: id.clone(),
            number: self.next_number(),
            guild: GUILD.to_owned(),
            // Far from identificationRevision, so that one is never taken for the other. The first event makes it 7.
            revision: 6,
            opened_at: self.now(),
            crypto,
            status: Status::WaitingIdentification,
            participants: [sender.to_owned(), receiver.to_owned()],
            sender: Some(sender.to_owned()),
            receiver: Some(receiver.to_owned()),
            identification_revision: 3000,
            identified_by: Vec::new(),
            terms: None,
            terms_version: self.settings.terms_version,
            address: None,
            deposit: None,
            settlement_txid: None,
            locked: None,
            reduction: None,
            challenges: BTreeMap::new(),
            issued: Vec::new(),
            execution: None,
            shown_status: None,
            ended: Vec::new(),
            effects: Vec::new(),
            violations: Vec::new(),
            closing: None,
            log: Log::default(),
            patches: Vec::new(),
            dice: self.dice.fork(),
        };
        trade.did(Deed::Create, by, self.now());
        trade.record(self.now(), "trade.created", Object::new().with("status", trade.status.as_str()));
        self.add_trade(trade);
        id
    }
}
