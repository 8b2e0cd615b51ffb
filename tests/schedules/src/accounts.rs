//! Who trades, and the clients they do it with.

use std::sync::{Arc, Mutex, PoisonError};

use autoplus::bridge::{Environment, in_environment};
use autoplus::{Client, Error};
use tokio::runtime::Handle;

use crate::carrier::Wire;
use crate::dice::Dice;
use crate::scene::{Scene, machine_clock};

pub(crate) const GUILD: &str = "100000000000000001";

/// A Discord account; which side it takes differs from trade to trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    /// As the simulator calls it.
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
    token: &'static str,
}

pub(crate) const ACCOUNTS: [Account; 2] = [
    Account { name: "sender", id: "200000000000000001", token: "sim-token-sender" },
    Account { name: "receiver", id: "200000000000000002", token: "sim-token-receiver" },
];

/// One client of an account.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) account: Account,
    /// How the transcript calls it.
    pub(crate) who: String,
    pub(crate) client: Client,
}

impl Seat {
    /// A client on the scene's wire and time.
    pub(crate) fn take(
        scene: &Arc<Scene>,
        account: Account,
        who: &str,
        dice: &mut Dice,
    ) -> Result<Seat, Error> {
        let wire = Wire { scene: scene.clone(), who: who.to_owned(), dice: Mutex::new(dice.fork()) };
        let chance = Mutex::new(dice.fork());
        let random = move |bytes: &mut [u8]| {
            chance.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
            Ok(())
        };
        let environment = Environment {
            runtime: Some(Handle::current()),
            carrier: Some(Arc::new(wire)),
            clock: machine_clock,
            random: Arc::new(random),
        };
        // Plain loopback, so that no certificates are loaded for a wire that has none.
        let builder = Client::builder().token(account.token).user_id(account.id);
        let client = in_environment(builder.base_url("http://127.0.0.1/v1"), environment).build()?;
        Ok(Seat { account, who: who.to_owned(), client })
    }
}
