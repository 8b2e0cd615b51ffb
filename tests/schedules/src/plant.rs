//! Defects that can be planted on the wire, to see that the judge finds them.

use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Plant {
    /// What got no answer is sent again under another key, and that answer counts.
    Rekeyed,
    /// A confirmation goes out with the values of the moment instead of the reviewed ones.
    Unreviewed,
    /// A fund move that was accepted is said to be refused.
    Denied,
    /// A fund move that got lost is said to be accepted.
    Invented,
}

impl Plant {
    pub const ALL: [Plant; 4] = [Plant::Rekeyed, Plant::Unreviewed, Plant::Denied, Plant::Invented];

    /// As the command takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Plant::Rekeyed => "rekeyed",
            Plant::Unreviewed => "unreviewed",
            Plant::Denied => "denied",
            Plant::Invented => "invented",
        }
    }
}
