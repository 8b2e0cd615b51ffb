//! Every call that changes something.

use autoplus::{Client, Crypto, Error, ErrorKind, OpenTrade, Role, Trade};
use serde::{Deserialize, Serialize};

/// The simulator's guild.
pub const GUILD: &str = "100000000000000001";
/// The simulator's user who pays, and that user's token.
pub const SENDER: (&str, &str) = ("200000000000000001", "sim-token-sender");
/// The simulator's user who is paid, and that user's token.
pub const RECEIVER: (&str, &str) = ("200000000000000002", "sim-token-receiver");
/// Where claims go.
pub const ADDRESS: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
/// The name that a call which is kept goes under.
pub const NAME: &str = "the one";

/// A call, by what it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "named like the calls")]
pub enum Call {
    Open,
    ChooseRole,
    ConfirmIdentification,
    Reset,
    SetTerms,
    ConfirmTerms,
    Release,
    Return,
    Claim,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::ChooseRole,
        Self::ConfirmIdentification,
        Self::Reset,
        Self::SetTerms,
        Self::ConfirmTerms,
        Self::Release,
        Self::Return,
        Self::Claim,
    ];

    /// Its endpoint.
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::Open => "POST /guilds/{guildId}/trades",
            Self::ChooseRole => "PUT /trades/{id}/identification",
            Self::ConfirmIdentification => "POST /trades/{id}/identification/confirm",
            Self::Reset => "POST /trades/{id}/identification/reset",
            Self::SetTerms => "PUT /trades/{id}/terms",
            Self::ConfirmTerms => "POST /trades/{id}/terms/confirm",
            Self::Release | Self::Return => "POST /trades/{id}/confirm-action",
            Self::Claim => "POST /trades/{id}/confirm-claim",
        }
    }

    /// The status that a trade needs for it; none where there is no trade yet.
    pub fn status(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::ChooseRole | Self::ConfirmIdentification | Self::Reset => Some("waitingIdentification"),
            Self::SetTerms | Self::ConfirmTerms => Some("waitingTermsAcceptance"),
            Self::Release | Self::Return => Some("waitingAction"),
            Self::Claim => Some("waitingAddress"),
        }
    }

    /// Which of the simulator's counters counts it.
    pub fn counter(self) -> &'static str {
        match self {
            Self::Open => "creates",
            Self::ChooseRole | Self::Reset | Self::SetTerms => "changes",
            Self::ConfirmIdentification | Self::ConfirmTerms => "confirms",
            Self::Release | Self::Return => "actions",
            Self::Claim => "executions",
        }
    }

    /// Whether it carries a key and is kept in the store. The others change nothing that a reading doesn't show.
    pub fn is_kept(self) -> bool {
        matches!(self, Self::Open | Self::Release | Self::Return | Self::Claim)
    }

    /// Who makes it: user and token.
    pub fn user(self) -> (&'static str, &'static str) {
        if matches!(self, Self::Return | Self::Claim) { RECEIVER } else { SENDER }
    }

    /// Makes it, on the trade as it stands.
    pub async fn make(self, client: &Client, trade_id: &str) -> Result<(), Error> {
        let trade = match self {
            Self::Open => return open(client, NAME).await.map(drop),
            _ => client.trade(trade_id).await?,
        };
        match self {
            Self::ChooseRole => client.choose_role(&trade, Role::Sender).await,
            Self::ConfirmIdentification => client.confirm_identification(&trade).await,
            Self::Reset => client.reset_identification(&trade).await,
            Self::SetTerms => client.set_terms(&trade, Some(TERMS)).await,
            Self::ConfirmTerms => client.confirm_terms(&trade).await,
            Self::Return => client.request_return(&trade).await?.confirm(Some(NAME)).await,
            Self::Claim => {
                let challenge = client.request_claim(&trade, ADDRESS).await?;
                return challenge.confirm(None, Some(NAME)).await.map(drop);
            }
            Self::Open | Self::Release => client.request_release(&trade).await?.confirm(Some(NAME)).await,
        }
        .map(drop)
    }

    /// Whether a snapshot shows its effect; for those that aren't kept.
    pub fn is_shown(self, trade: &Trade) -> bool {
        match self {
            Self::ChooseRole => trade.sender() == Some(SENDER.0),
            Self::ConfirmIdentification => {
                trade.identification_confirmed_by().iter().any(|user| user == SENDER.0)
            }
            Self::Reset => trade.sender().is_none() && trade.receiver().is_none(),
            Self::SetTerms => {
                let text = trade.terms().and_then(|terms| terms.sender().text());
                text.is_some_and(|text| text.as_str() == TERMS)
            }
            Self::ConfirmTerms => trade.terms().is_some_and(|terms| terms.sender().confirmed()),
            Self::Open | Self::Release | Self::Return | Self::Claim => false,
        }
    }
}

const TERMS: &str = "I pay at once";

/// Opens a trade under a name; its thread id.
pub async fn open(client: &Client, name: &str) -> Result<String, Error> {
    let trade = OpenTrade {
        guild: GUILD.to_owned(),
        crypto: Crypto::Ltc,
        sender: SENDER.0.to_owned(),
        receiver: RECEIVER.0.to_owned(),
        operation: Some(name.to_owned()),
    };
    client.open_trade(trade).await.map(|opened| opened.id().to_owned())
}

/// What the end of a call says, as one word: `done`, `not_done`, `unknown`; and where a snapshot was reviewed that no
/// longer stands, `landed`, `stale` or `moved`.
pub fn word(result: &Result<(), Error>) -> &'static str {
    let Err(error) = result else { return "done" };
    match (error.kind(), error.change().and_then(|change| change.landed)) {
        (ErrorKind::OutcomeUnknown, _) => "unknown",
        (ErrorKind::ChangedSinceReview, Some(true)) => "landed",
        (ErrorKind::ChangedSinceReview, Some(false)) => "stale",
        (ErrorKind::ChangedSinceReview, None) => "moved",
        _ => "not_done",
    }
}
