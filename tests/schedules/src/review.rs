//! Identification and terms: what is sent must be what was reviewed.

use autoplus::{Error, Role, Text, Trade};
use serde_json::{Value, json};

use crate::ledger::Attempt;
use crate::player::Player;
use crate::words::{Deed, Told};

#[derive(Debug, Clone)]
pub(crate) enum Change {
    ChooseRole(Role),
    ConfirmIdentification,
    ResetIdentification,
    SetTerms(Option<String>),
    ConfirmTerms,
}

impl Change {
    fn deed(&self) -> Deed {
        match self {
            Change::ChooseRole(_) => Deed::ChooseRole,
            Change::ConfirmIdentification => Deed::ConfirmIdentification,
            Change::ResetIdentification => Deed::ResetIdentification,
            Change::SetTerms(_) => Deed::SetTerms,
            Change::ConfirmTerms => Deed::ConfirmTerms,
        }
    }

    /// What a request that does this must hold, by the API page.
    fn carries(&self, reviewed: &Trade) -> Value {
        let revision = reviewed.identification_revision();
        let version = reviewed.terms().map(|terms| terms.version());
        let text = |role| text(reviewed, role);
        match self {
            Change::ChooseRole(role) => json!({"role": role.as_str(), "revision": revision}),
            Change::ConfirmIdentification => {
                json!({"sender": reviewed.sender(), "receiver": reviewed.receiver(), "revision": revision})
            }
            Change::ResetIdentification => json!({"sender": null, "receiver": null, "revision": revision}),
            Change::SetTerms(text) => json!({"text": text, "version": version}),
            Change::ConfirmTerms => {
                json!({"sender": text(Role::Sender), "receiver": text(Role::Receiver), "version": version})
            }
        }
    }

    /// Whether a trade that was returned without an error is what was reviewed, apart from the change itself.
    fn keeps(&self, reviewed: &Trade, returned: &Trade) -> bool {
        let people = |trade: &Trade| (trade.sender().map(str::to_owned), trade.receiver().map(str::to_owned));
        let texts = |trade: &Trade| (text(trade, Role::Sender), text(trade, Role::Receiver));
        match self {
            Change::ConfirmIdentification => people(reviewed) == people(returned),
            Change::ConfirmTerms => {
                people(reviewed) == people(returned) && texts(reviewed) == texts(returned)
            }
            Change::ChooseRole(_) | Change::ResetIdentification | Change::SetTerms(_) => true,
        }
    }
}

fn text(trade: &Trade, role: Role) -> Value {
    let text = trade.terms().and_then(|terms| terms.side(role).text());
    text.map(Text::raw_json).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
}

impl Player {
    pub(crate) async fn change(&mut self, reviewed: &Trade, change: Change) {
        match self.dice.weighted(&[(84, 0), (9, 1), (7, 2)]) {
            1 => {
                let patience = self.dice.patience();
                let attempt = self.begin_change(reviewed, &change);
                match tokio::time::timeout(patience, self.call(reviewed, &change)).await {
                    Ok(result) => self.hear_change(attempt, reviewed, &change, &result),
                    Err(_) => self.give_up(attempt),
                }
            }
            2 => {
                let attempts = [(); 2].map(|()| self.begin_change(reviewed, &change));
                let (first, second) =
                    tokio::join!(self.call(reviewed, &change), self.call(reviewed, &change));
                self.hear_change(attempts[0], reviewed, &change, &first);
                self.hear_change(attempts[1], reviewed, &change, &second);
            }
            _ => {
                let attempt = self.begin_change(reviewed, &change);
                let result = self.call(reviewed, &change).await;
                self.hear_change(attempt, reviewed, &change, &result);
            }
        }
    }

    fn begin_change(&self, reviewed: &Trade, change: &Change) -> usize {
        let carries = change.carries(reviewed);
        let what = format!("{} {carries}", change.deed().as_str());
        let attempt = self.scene.ledger().begin(Attempt {
            deed: change.deed(),
            who: self.seat.who.clone(),
            user: self.seat.account.id.to_owned(),
            trade: Some(self.trade.clone()),
            is_named: false,
            is_placeless: false,
            carries,
            told: Vec::new(),
        });
        self.scene.say(&self.seat.who, format_args!("#{attempt} {what}"));
        attempt
    }

    async fn call(&self, reviewed: &Trade, change: &Change) -> Result<Trade, Error> {
        let client = &self.seat.client;
        match change {
            Change::ChooseRole(role) => client.choose_role(reviewed, *role).await,
            Change::ConfirmIdentification => client.confirm_identification(reviewed).await,
            Change::ResetIdentification => client.reset_identification(reviewed).await,
            Change::SetTerms(text) => client.set_terms(reviewed, text.as_deref()).await,
            Change::ConfirmTerms => client.confirm_terms(reviewed).await,
        }
    }

    fn hear_change(&self, attempt: usize, reviewed: &Trade, change: &Change, result: &Result<Trade, Error>) {
        let told = Told::of(change.deed(), result, |_| String::new());
        let words = match result {
            Ok(trade) => {
                self.held.keep(trade);
                if !change.keeps(reviewed, trade) {
                    let problem = format!(
                        "#{attempt} {}: returned as confirmed what nobody reviewed",
                        change.deed().as_str()
                    );
                    self.scene.ledger().problems.push(problem);
                }
                trade.status().to_string()
            }
            Err(error) => format!("{}: {error}", error.kind()),
        };
        self.scene.say(&self.seat.who, format_args!("#{attempt} {} ({words})", told.as_str()));
        self.scene.ledger().tell(attempt, told);
    }

    fn give_up(&self, attempt: usize) {
        self.scene.say(&self.seat.who, format_args!("gave up waiting for #{attempt}"));
        self.scene.ledger().tell(attempt, Told::Unheard);
    }
}
