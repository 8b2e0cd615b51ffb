//! Calls whose outcome can be asked for again: under their name, or on their challenge.

use std::sync::Arc;

use autoplus::{ActionChallenge, BtcFeeOption, ClaimChallenge, Client, Error, OpenTrade};
use serde_json::Value;
use tokio::time::timeout;

use crate::accounts::Seat;
use crate::dice::Dice;
use crate::scene::Scene;
use crate::words::Told;

#[derive(Clone)]
pub(crate) enum Question {
    Create(OpenTrade),
    Action { challenge: ActionChallenge, name: Option<String> },
    Claim { challenge: ClaimChallenge, fee: Option<BtcFeeOption>, name: Option<String> },
}

impl Question {
    async fn put(&self, client: &Client) -> Result<String, Error> {
        match self {
            Question::Create(intent) => {
                client.open_trade(intent.clone()).await.map(|opened| opened.id().to_owned())
            }
            Question::Action { challenge, name } => {
                challenge.confirm(name.as_deref()).await.map(|trade| trade.id().to_owned())
            }
            Question::Claim { challenge, fee, name } => {
                let receipt = challenge.confirm(fee.as_ref(), name.as_deref()).await;
                receipt.map(|receipt| receipt.execution_id().to_owned())
            }
        }
    }

    /// The same under another name, which must not start it a second time.
    fn renamed(&self) -> Option<Question> {
        let mut renamed = self.clone();
        match &mut renamed {
            Question::Create(_) => return None,
            Question::Action { name, .. } | Question::Claim { name, .. } => {
                *name = Some(String::from("another name"));
            }
        }
        Some(renamed)
    }
}

/// A question with who asks it, and where the ledger notes the answers.
pub(crate) struct Asked {
    pub(crate) attempt: usize,
    pub(crate) seat: Seat,
    pub(crate) question: Question,
}

impl Asked {
    pub(crate) async fn ask(&mut self, scene: &Arc<Scene>) -> Told {
        let result = self.question.put(&self.seat.client).await;
        self.hear(scene, &result)
    }

    /// Asks as impatient or careless callers do: giving up, twice at once, under another name.
    pub(crate) async fn ask_somehow(&mut self, scene: &Arc<Scene>, dice: &mut Dice) -> Told {
        let client = self.seat.client.clone();
        match dice.weighted(&[(66, 0), (20, 1), (10, 2), (4, 3)]) {
            1 => match timeout(dice.patience(), self.question.put(&client)).await {
                Ok(result) => self.hear(scene, &result),
                Err(_) => {
                    scene.say(&self.seat.who, format_args!("gave up waiting for #{}", self.attempt));
                    scene.ledger().tell(self.attempt, Told::Unheard);
                    Told::Unheard
                }
            },
            2 => {
                let (first, second) = tokio::join!(self.question.put(&client), self.question.put(&client));
                let first = self.hear(scene, &first);
                let second = self.hear(scene, &second);
                if first.is_final() || second == Told::Nothing { first } else { second }
            }
            3 => match self.question.renamed() {
                Some(renamed) if self.was_unknown(scene) => {
                    let result = renamed.put(&client).await;
                    self.hear(scene, &result)
                }
                _ => self.ask(scene).await,
            },
            _ => self.ask(scene).await,
        }
    }

    fn was_unknown(&self, scene: &Scene) -> bool {
        scene.ledger().attempts[self.attempt].told.last() == Some(&Told::Unknown)
    }

    fn hear(&mut self, scene: &Scene, result: &Result<String, Error>) -> Told {
        let mut ledger = scene.ledger();
        let attempt = &mut ledger.attempts[self.attempt];
        let told = Told::of(attempt.deed, result, String::clone);
        let words = match result {
            Ok(came) => came.clone(),
            Err(error) => format!("{}: {error}", error.kind()),
        };
        let deed = attempt.deed.as_str();
        // An unknown outcome tells the name under which it can be asked for.
        if told == Told::Unknown {
            attempt.is_named = true;
            let operation = result.as_ref().err().and_then(Error::operation);
            let kept: Option<Value> =
                operation.and_then(|operation| serde_json::from_str(&operation.to_json()).ok());
            attempt.is_placeless = kept.is_some_and(|kept| kept["challenge"]["offset"].is_null());
            let named = operation.map(|operation| operation.name());
            if let (Question::Create(intent), Some(named)) = (&mut self.question, named) {
                intent.operation = Some(named.to_owned());
            }
        }
        ledger.tell(self.attempt, told.clone());
        drop(ledger);
        let number = self.attempt;
        scene.say(&self.seat.who, format_args!("#{number} {deed}: {} ({words})", told.as_str()));
        told
    }
}
