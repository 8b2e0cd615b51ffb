//! What the shop and the buyer share: the deal, and how to compare a trade with it.

#![expect(clippy::print_stdout, reason = "examples talk to a person")]

use std::future::Future;
use std::time::Duration;

use autoplus::{Client, Crypto, Decimal, Error, ErrorKind, NextStep, Text, Trade, TradeTerms};

/// What both sides agreed on before the trade was opened.
pub struct Deal {
    /// The sender's Discord user.
    pub buyer: String,
    /// The receiver's Discord user.
    pub shop: String,
    /// What is paid in.
    pub crypto: Crypto,
    /// How much at least.
    pub price: Decimal,
    /// The receiver's terms.
    pub shop_terms: String,
    /// The sender's terms.
    pub buyer_terms: String,
}

impl Deal {
    /// Whether the trade is between these two and in this crypto.
    pub fn parties_match(&self, trade: &Trade) -> bool {
        trade.sender() == Some(&self.buyer)
            && trade.receiver() == Some(&self.shop)
            && *trade.crypto() == self.crypto
    }

    /// Whether both terms are exactly the agreed ones.
    pub fn terms_match(&self, trade: &Trade) -> bool {
        let agreed = |terms: &TradeTerms| {
            same(terms.sender().text(), &self.buyer_terms) && same(terms.receiver().text(), &self.shop_terms)
        };
        trade.terms().is_some_and(agreed)
    }

    /// Identification and terms are the same work for both sides: set one's own, compare, confirm. Where the outcome
    /// is unknown the trade is read again, for if nothing landed no event will come.
    pub async fn agree(&self, client: &Client, trade: &Trade, own_terms: &str) -> Result<(), Error> {
        let mut trade = trade.clone();
        loop {
            match self.agree_once(client, &trade, own_terms).await {
                Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                    println!("not known yet, reading the trade again: {error}");
                    tokio::time::sleep(Duration::from_secs(2)).await;
                    trade = client.trade(trade.id()).await?;
                }
                known => return known,
            }
        }
    }

    async fn agree_once(&self, client: &Client, trade: &Trade, own_terms: &str) -> Result<(), Error> {
        match client.next_step(trade)? {
            NextStep::ConfirmIdentification if self.parties_match(trade) => {
                client.confirm_identification(trade).await?;
                println!("confirmed who sends and who receives");
            }
            NextStep::ConfirmIdentification => println!("other parties or crypto than agreed: not confirmed"),
            NextStep::Terms { mine, .. } if !same(mine.as_ref(), own_terms) => {
                client.set_terms(trade, Some(own_terms)).await?;
                println!("set my terms: {own_terms}");
            }
            NextStep::Terms { confirmed_by_me: false, theirs: Some(theirs), .. } => {
                if self.terms_match(trade) {
                    client.confirm_terms(trade).await?;
                    println!("confirmed both terms");
                } else {
                    println!("their terms are not what was agreed, so they stay unconfirmed: {theirs:?}");
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn same(text: Option<&Text>, agreed: &str) -> bool {
    text.is_some_and(|text| text.is_exact() && text.as_str() == agreed)
}

/// Repeats a confirmation whose outcome is unknown, on the same challenge: identical key and bytes go out, so nothing
/// moves twice. Never start anew instead.
pub async fn until_known<T, F>(confirm: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    loop {
        match confirm().await {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                println!("not known yet, asking again: {error}");
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
            known => return known,
        }
    }
}

/// The other side was faster: nothing was confirmed, and the next event has what stands now.
pub fn unless_faster(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::ChangedSinceReview | ErrorKind::Conflict | ErrorKind::NotFound
            ) =>
        {
            println!("the trade moved on meanwhile, looking again");
            Ok(())
        }
        other => other,
    }
}
