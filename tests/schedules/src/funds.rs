//! Releases, returns and claims: a challenge is asked for, lies about for a while, and is confirmed in all manners.

use autoplus::{ActionChallenge, BtcFeeOption, ClaimChallenge, Error, Trade};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::addresses;
use crate::asking::{Asked, Question};
use crate::ledger::Attempt;
use crate::player::Player;
use crate::words::{Deed, Told};

impl Player {
    pub(crate) async fn move_funds(&mut self, reviewed: &Trade, deed: Deed) {
        let Some(mut asked) = self.challenge(reviewed, deed).await else {
            self.scene.rest(&mut self.dice, 0.5, 20.0).await;
            return;
        };
        self.let_it_lie().await;
        if self.dice.percent(8) {
            // A newer challenge takes the older one's place.
            let newer = self.challenge(reviewed, deed).await;
            asked.ask_somehow(&self.scene, &mut self.dice).await;
            let Some(newer) = newer else {
                self.scene.loose().push(asked);
                return;
            };
            self.scene.loose().push(std::mem::replace(&mut asked, newer));
        }
        for _ in 0..self.dice.number(1, 6) {
            let told = asked.ask_somehow(&self.scene, &mut self.dice).await;
            if told.is_final() {
                return;
            }
            let longest = self.dice.weighted(&[(50, 2.0), (30, 30.0), (20, 150.0)]);
            self.scene.rest(&mut self.dice, 0.0, longest).await;
        }
        self.scene.loose().push(asked);
    }

    async fn let_it_lie(&mut self) {
        let (from, to) = self.dice.weighted(&[(70, (0.0, 8.0)), (15, (35.0, 62.0)), (15, (62.0, 130.0))]);
        self.scene.rest(&mut self.dice, from, to).await;
    }

    async fn challenge(&mut self, reviewed: &Trade, deed: Deed) -> Option<Asked> {
        let patience = self.dice.patience();
        let name = self
            .dice
            .percent(65)
            .then(|| format!("{}:{}:{}", deed.as_str(), self.trade, self.dice.number(0, 999_999)));
        let address = match self.dice.percent(10) {
            true => addresses::foreign(reviewed.crypto(), &mut self.dice),
            false => addresses::own(reviewed.crypto(), &mut self.dice),
        };
        let hurried = self.dice.percent(6);
        let client = self.seat.client.clone();
        let asking = async {
            match deed {
                Deed::Release => client.request_release(reviewed).await.map(Challenge::Action),
                Deed::Return => client.request_return(reviewed).await.map(Challenge::Action),
                _ => client.request_claim(reviewed, &address).await.map(Challenge::Claim),
            }
        };
        let result = if hurried { timeout(patience, asking).await.ok()? } else { asking.await };
        let challenge = self.answered(deed, result)?;
        let code = self.scene.ledger().code(&self.seat.who, &self.trade);
        let carries = challenge.carries(reviewed, deed, &address, code.as_deref());
        if deed == Deed::Claim && challenge.goes_elsewhere(&address) {
            self.scene.ledger().problems.push(format!("a challenge to another address than {address}"));
        }
        let attempt = self.scene.ledger().begin(Attempt {
            deed,
            who: self.seat.who.clone(),
            user: self.seat.account.id.to_owned(),
            trade: Some(self.trade.clone()),
            is_named: name.is_some(),
            is_placeless: false,
            carries,
            told: Vec::new(),
        });
        let what = format!("#{attempt} {} has a challenge, named {name:?}", deed.as_str());
        self.scene.say(&self.seat.who, what);
        let question = match challenge {
            Challenge::Action(challenge) => Question::Action { challenge, name },
            Challenge::Claim(challenge) => {
                let fee = self.choose_fee(challenge.fee_options());
                Question::Claim { challenge, fee, name }
            }
        };
        Some(Asked { attempt, seat: self.seat.clone(), question })
    }

    fn answered(&self, deed: Deed, result: Result<Challenge, Error>) -> Option<Challenge> {
        if let Err(error) = &result {
            let deed = deed.as_str();
            self.scene.say(&self.seat.who, format_args!("no challenge to {deed}: {}: {error}", error.kind()));
            if let Told::Defect(words) = Told::of(Deed::Claim, &result, |_| String::new()) {
                self.scene.ledger().problems.push(words);
            }
        }
        result.ok()
    }

    fn choose_fee(&mut self, offered: &[BtcFeeOption]) -> Option<BtcFeeOption> {
        if offered.is_empty() { None } else { Some(self.dice.pick(offered)) }
    }
}

enum Challenge {
    Action(ActionChallenge),
    Claim(ClaimChallenge),
}

impl Challenge {
    /// What a request that confirms it must hold: what was reviewed and asked for, not what was answered.
    fn carries(&self, reviewed: &Trade, deed: Deed, address: &str, code: Option<&str>) -> Value {
        match deed {
            Deed::Release | Deed::Return => {
                let to = if deed == Deed::Release { reviewed.receiver() } else { reviewed.sender() };
                json!({"action": deed.as_str(), "recipient": to, "confirmationCode": code})
            }
            _ => json!({"address": address, "crypto": reviewed.crypto().as_str(), "confirmationCode": code}),
        }
    }

    fn goes_elsewhere(&self, address: &str) -> bool {
        matches!(self, Challenge::Claim(challenge) if challenge.address() != address)
    }
}
