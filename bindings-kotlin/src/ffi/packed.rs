//! How what a call gives is written.

use autoplus::{ActionChallenge, Client, OpenedTrade, StreamNote, Trade, TradeEvent, Watched};

use super::answer::{Packed, write};
use super::targets::{self, Target};
use crate::challenges::ActionParts;
use crate::handover::Batch;
use crate::notes::NoteParts;
use crate::parts::PackModel;
use crate::watch::WatchedParts;

impl Packed for () {
    fn pack(self, _: &mut Vec<u8>) {}
}

/// The number under which it is kept, then whom it acts for. Kotlin lets go of it.
impl Packed for Client {
    fn pack(self, to: &mut Vec<u8>) {
        let user_id = self.user_id().map(str::to_owned);
        write(targets::keep(Target::Client(self)), to);
        write(user_id, to);
    }
}

macro_rules! as_parts {
    ($($model:ty => $parts:ty),+) => {
        $(impl Packed for $model {
            fn pack(self, to: &mut Vec<u8>) {
                write(<$parts>::from(&self), to);
            }

            fn room(&self) -> usize {
                2048
            }
        })+
    };
}

as_parts!(StreamNote => NoteParts);

macro_rules! as_models {
    ($($model:ty),+) => {
        $(impl Packed for $model {
            fn pack(self, to: &mut Vec<u8>) {
                self.pack_model(to);
            }

            fn room(&self) -> usize {
                2048
            }
        })+
    };
}

as_models!(Trade, OpenedTrade, TradeEvent);

/// As `WatchedParts`.
impl Packed for Watched {
    fn pack(self, to: &mut Vec<u8>) {
        match &self {
            Self::Event(event) => {
                write(1_i32, to);
                event.pack_model(to);
            }
            other => write(WatchedParts::from(other), to),
        }
    }

    fn room(&self) -> usize {
        2048
    }
}

/// The number under which it is kept, then what it will do. Kotlin lets go of it.
impl Packed for ActionChallenge {
    fn pack(self, to: &mut Vec<u8>) {
        let parts = ActionParts::from(&self);
        write(targets::keep(Target::Action(self)), to);
        write(parts, to);
    }
}

impl<T: Packed> Packed for Batch<T> {
    fn pack(self, to: &mut Vec<u8>) {
        write(self.number, to);
        write(self.items.len() as i32, to);
        self.items.into_iter().for_each(|item| item.pack(to));
    }

    fn room(&self) -> usize {
        64 + self.items.iter().map(Packed::room).sum::<usize>()
    }
}
