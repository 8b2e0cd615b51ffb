//! Funds that come into escrow, and their reduction.

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::refusal::Refusal;
use super::trade::{Millis, Status, Trade};
use crate::json::{Object, number};

/// What escrow received.
#[derive(Debug, Clone)]
pub(crate) struct Deposit {
    pub(crate) txid: String,
    /// The number token that goes out.
    pub(crate) amount: String,
    /// The amount before any reduction.
    pub(crate) arrived: String,
    pub(crate) amount_usd: f64,
    pub(crate) received_at: Millis,
    /// When the last confirmation arrives.
    pub(crate) confirmed_at: Millis,
    fee: &'static str,
    fee_usd: &'static str,
}

impl Deposit {
    pub(crate) fn show(&self, view: Object) -> Object {
        view.raw("fees", self.fee)
            .raw("feesUsd", self.fee_usd)
            .raw("amount", self.amount.as_str())
            .raw("amountUsd", number(self.amount_usd))
            .with("receivedAt", self.received_at / 1000)
            .with("txid", self.txid.as_str())
    }
}

/// Whether this text can go out as a number.
pub(crate) fn is_number(token: &str) -> bool {
    let raw = serde_json::from_str::<&RawValue>(token);
    raw.is_ok_and(|raw| raw.get() == token && token.starts_with(|c: char| c == '-' || c.is_ascii_digit()))
}

/// The exact value of a number token; `None` if it has too many digits for that.
pub(crate) fn exact(token: &str) -> Option<Decimal> {
    let parsed = Decimal::from_str_exact(token).or_else(|_| Decimal::from_scientific(token));
    parsed.ok().filter(|_| is_number(token))
}

fn in_usd(amount: &str, price: f64) -> f64 {
    (amount.parse::<f64>().unwrap_or_default() * price * 100.0).round() / 100.0
}

impl Trade {
    pub(crate) fn receive(
        &mut self,
        amount: String,
        txid: Option<String>,
        now: Millis,
    ) -> Result<String, Refusal> {
        self.must_be(Status::WaitingReceive)?;
        let txid = txid.unwrap_or_else(|| self.new_txid());
        let deposit = Deposit {
            txid: txid.clone(),
            amount_usd: in_usd(&amount, self.crypto.price_usd),
            arrived: amount.clone(),
            amount,
            received_at: now,
            confirmed_at: now + self.crypto.confirmation_ms(),
            fee: self.crypto.fee,
            fee_usd: self.crypto.fee_usd,
        };
        let changes = deposit.show(Object::new());
        self.deposit = Some(deposit);
        self.move_to(Status::WaitingConfirmations, now, changes);
        Ok(txid)
    }

    pub(crate) fn confirm_deposit(&mut self, now: Millis) {
        self.move_to(Status::WaitingAction, now, Object::new());
    }

    /// Both agreed that `part` goes back to the sender.
    pub(crate) fn reduce(&mut self, part: &str, now: Millis) -> Result<(), String> {
        self.must_be(Status::WaitingAction).map_err(|refusal| refusal.message)?;
        self.without(part)?;
        self.reduction = Some(part.to_owned());
        self.move_to(Status::WaitingReduceAmountAddress, now, Object::new());
        Ok(())
    }

    /// The part went back: the trade goes on with what is left.
    pub(crate) fn reduced(&mut self, now: Millis) {
        let left = self.reduction.take().and_then(|part| self.without(&part).ok());
        if let (Some(left), Some(deposit)) = (left, &mut self.deposit) {
            deposit.amount_usd = in_usd(&left, self.crypto.price_usd);
            deposit.amount = left;
            let changes = Object::new()
                .raw("amount", deposit.amount.as_str())
                .raw("amountUsd", number(deposit.amount_usd));
            self.move_to(Status::WaitingAction, now, changes);
        }
    }

    fn without(&self, part: &str) -> Result<String, String> {
        let held = self.deposit.as_ref().map_or("0", |deposit| &deposit.amount);
        let (Some(total), Some(part)) = (exact(held), exact(part)) else {
            return Err(format!(
                "amount must be a decimal number of up to 28 digits, and so must what is held: {held}"
            ));
        };
        match Decimal::ZERO < part && part < total {
            true => Ok((total - part).normalize().to_string()),
            false => Err(format!("amount must be more than 0 and less than {held}, which is held")),
        }
    }
}
