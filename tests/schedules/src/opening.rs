//! How a trade begins: opened through the API, come what may, or by people in Discord.

use std::sync::Arc;

use autoplus::{Crypto, OpenTrade};
use serde_json::json;

use crate::accounts::{Account, GUILD, Seat};
use crate::asking::{Asked, Question};
use crate::dice::Dice;
use crate::ledger::Attempt;
use crate::scene::Scene;
use crate::words::{Deed, Told};

/// A trade that is meant to be. No two of one schedule have the same crypto, so each can be told from the others.
#[derive(Debug, Clone)]
pub(crate) struct Meant {
    pub(crate) crypto: Crypto,
    pub(crate) sender: Account,
    pub(crate) receiver: Account,
}

impl Meant {
    /// Opens it through this seat. Somebody who can't get to know the trade looks in Discord.
    pub(crate) async fn open(&self, scene: &Arc<Scene>, seat: &Seat, dice: &mut Dice) -> Option<String> {
        let (crypto, sender, receiver) = (self.crypto.clone(), self.sender.id, self.receiver.id);
        let named = dice.percent(75);
        let attempt = scene.ledger().begin(Attempt {
            deed: Deed::Create,
            who: seat.who.clone(),
            user: seat.account.id.to_owned(),
            trade: None,
            is_named: named,
            is_placeless: false,
            carries: json!({"crypto": crypto.as_str(), "sender": sender, "receiver": receiver}),
            told: Vec::new(),
        });
        let intent = OpenTrade {
            guild: GUILD.to_owned(),
            crypto,
            sender: sender.to_owned(),
            receiver: receiver.to_owned(),
            operation: named.then(|| format!("order:{}", self.crypto)),
        };
        let mut asked = Asked { attempt, seat: seat.clone(), question: Question::Create(intent) };
        for _ in 0..6 {
            let told = asked.ask_somehow(scene, dice).await;
            let is_named = scene.ledger().attempts[attempt].is_named;
            match told {
                Told::Done(id) => return Some(id),
                Told::Unknown | Told::NotDone => {}
                // Nobody listened, and it has no name: calling again would mean a second trade.
                _ if !is_named => break,
                _ => {}
            }
            let longest = dice.weighted(&[(85, 3.0), (15, 120.0)]);
            scene.rest(dice, 0.0, longest).await;
        }
        if scene.ledger().attempts[attempt].is_named {
            scene.loose().push(asked);
        }
        self.look_in_discord(scene, seat)
    }

    fn look_in_discord(&self, scene: &Scene, seat: &Seat) -> Option<String> {
        let trades = scene.control(&seat.who, &json!({"do": "trades"}))?;
        let mut ids = trades.as_array()?.iter().filter_map(|trade| trade["id"].as_str());
        let shows_crypto = |id: &&str| {
            let inspected = scene.simulator.control(&json!({"do": "inspect", "trade": id}));
            let view =
                inspected.ok().and_then(|all| all["seen_by"][seat.account.id].as_str().map(str::to_owned));
            view.is_some_and(|view| view.contains(&format!("\"crypto\":\"{}\"", self.crypto)))
        };
        ids.find(shows_crypto).map(str::to_owned)
    }

    /// People open it in Discord and bring it some way.
    pub(crate) fn found(&self, scene: &Scene, dice: &mut Dice) -> Option<String> {
        let until = dice.pick(&[
            "waitingIdentification",
            "waitingTermsAcceptance",
            "waitingReceive",
            "waitingAction",
            "waitingAction",
            "waitingAddress",
            "waitingReturnAddress",
            "waitingReduceAmountAddress",
        ]);
        let command = json!({
            "do": "open_trade", "crypto": self.crypto.as_str(), "until": until,
            "sender": self.sender.name, "receiver": self.receiver.name,
        });
        let opened = scene.control("discord", &command)?;
        opened["id"].as_str().map(str::to_owned)
    }
}
