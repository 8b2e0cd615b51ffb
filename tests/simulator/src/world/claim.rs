//! Claims: where the funds go to, confirmed with a code and, for BTC, with a fee.

use super::call::Call;
use super::challenge::Purpose;
use super::effects::Deed;
use super::execution::{Course, Transfer};
use super::refusal::{Answer, Refusal};
use super::request::Fields;
use super::trade::{Millis, Role, Status, Trade};
use crate::address;
use crate::json::{Object, list, quoted};

/// Priority, rate and estimated cost; the numbers as the tokens that must come back unchanged.
const BTC_FEES: [(&str, &str, &str); 3] =
    [("high", "12.5", "1.93"), ("medium", "3", "0.46"), ("none", "1.0", "0.15")];

/// `POST /trades/{id}/claim-funds`
pub(crate) fn request(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["address", "crypto"])?;
    let (address, crypto) = (fields.string("address")?, fields.string("crypto")?);
    trade.must_allow_claim(call.user)?;
    if !trade.shows_crypto(call.user, &crypto) {
        let message = format!("The crypto of this trade is not {crypto}. Send the trade's own value.");
        let details = Object::new().with("field", "crypto");
        return Err(Refusal::new(422, "unsupported_crypto", message).with(details));
    }
    // A crypto that was patched in has addresses that nobody here can check.
    if crypto == trade.crypto.name {
        trade.must_be_address(&address)?;
    }
    let values = Object::new().with("address", address.as_str()).with("crypto", crypto.as_str());
    let answer = trade.issue(call, Purpose::Claim { address }, values);
    let answer = if crypto == "btc" { answer.raw("btcFeeOptions", fee_options()) } else { answer };
    Ok(Answer::new(201, answer))
}

/// `POST /trades/{id}/confirm-claim`
pub(crate) fn confirm(trade: &mut Trade, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = call.request.fields(&["address", "crypto", "confirmationCode", "btcFee"])?;
    let (address, crypto) = (fields.string("address")?, fields.string("crypto")?);
    let code = fields.string("confirmationCode")?;
    let fee = given_fee(&fields)?;
    trade.must_allow_claim(call.user)?;
    let challenge = trade.challenge_for(&code, call)?;
    if challenge.purpose != (Purpose::Claim { address }) || !trade.shows_crypto(call.user, &crypto) {
        return Err(Refusal::mismatch(
            "Address and crypto must be those of the challenge. Request a new one.",
        ));
    }
    must_fit(&crypto, fee.as_ref())?;
    trade.spend(call.user, &code);
    let execution = trade.begin_transfer(call.user, call.settings.course(), call.now);
    Ok(Answer::new(202, Object::new().with("executionId", execution.as_str()).with("status", "pending")))
}

fn fee_options() -> String {
    list(BTC_FEES.iter().map(|(priority, rate, cost)| {
        let option = Object::new().with("priority", *priority).raw("satPerVbyte", *rate);
        option.raw("estimatedCostUsd", *cost).to_string()
    }))
}

fn given_fee(fields: &Fields) -> Result<Option<(String, String)>, Refusal> {
    if !fields.has("btcFee") {
        return Ok(None);
    }
    let fee = fields.object("btcFee", &["priority", "satPerVbyte"])?;
    Ok(Some((fee.string("priority")?, fee.number("satPerVbyte")?.to_owned())))
}

fn must_fit(crypto: &str, fee: Option<&(String, String)>) -> Result<(), Refusal> {
    let advice = match (crypto, fee) {
        ("btc", None) => "A BTC claim needs btcFee: one of the offered options.",
        ("btc", Some((priority, rate))) if !is_offered(priority, rate) => {
            "btcFee must be one of the offered options, with satPerVbyte written as it was offered."
        }
        ("btc", Some(_)) | (_, None) => return Ok(()),
        (_, Some(_)) => "btcFee belongs to BTC claims only; leave it out.",
    };
    Err(Refusal::new(422, "invalid_request", advice).with(Object::new().with("field", "btcFee")))
}

/// Whether this is one of the fees that a BTC claim may choose from, with the rate as it was written.
pub(crate) fn is_offered(priority: &str, rate: &str) -> bool {
    BTC_FEES.iter().any(|(offered, written, _)| *offered == priority && *written == rate)
}

impl Trade {
    /// Who claims at this status, and what the transfer is then.
    fn claim_now(&self) -> Option<(Role, Transfer)> {
        match self.status {
            Status::WaitingAddress => Some((Role::Receiver, Transfer::Payout)),
            Status::WaitingReturnAddress => Some((Role::Sender, Transfer::Return)),
            Status::WaitingReduceAmountAddress => Some((Role::Sender, Transfer::Reduction)),
            _ => None,
        }
    }

    fn must_allow_claim(&self, user: &str) -> Result<(), Refusal> {
        let Some((role, _)) = self.claim_now() else {
            let message =
                format!("There is nothing to claim while the trade is at {}.", self.status.as_str());
            return Err(
                Refusal::wrong_state(message).with(Object::new().with("status", self.status.as_str()))
            );
        };
        if self.role_of(user) != Some(role) {
            return Err(Refusal::forbidden(format!("Only the {role} can claim now.")));
        }
        if self.is_executing() {
            return Err(Refusal::wrong_state(
                "A transfer is under way already. Poll the trade's events for its result.",
            ));
        }
        self.must_be_unlocked()
    }

    fn shows_crypto(&self, user: &str, crypto: &str) -> bool {
        self.seen_by(user).at("crypto") == Some(quoted(crypto))
    }

    fn must_be_address(&self, address: &str) -> Result<(), Refusal> {
        if address::is_valid(self.crypto.network, address) {
            return Ok(());
        }
        let message =
            format!("This is no address for {}. Check it character by character.", self.crypto.name);
        Err(Refusal::new(422, "invalid_address", message).with(Object::new().with("field", "address")))
    }

    /// A claim that somebody makes in Discord.
    pub(crate) fn claim(
        &mut self,
        user: &str,
        address: &str,
        course: Course,
        now: Millis,
    ) -> Result<(), Refusal> {
        self.must_allow_claim(user)?;
        self.must_be_address(address)?;
        self.begin_transfer(user, course, now);
        Ok(())
    }

    fn begin_transfer(&mut self, user: &str, course: Course, now: Millis) -> String {
        let transfer = self.claim_now().map_or(Transfer::Payout, |(_, transfer)| transfer);
        let id = format!("exec_{}", self.random_word(20));
        self.did(Deed::Claim, user, now);
        self.begin_execution(id.clone(), transfer, course, now);
        id
    }
}
