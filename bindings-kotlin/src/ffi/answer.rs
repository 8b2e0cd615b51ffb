//! What a call gives, as the bytes that Kotlin reads.

use std::any::Any;

use uniffi::Lower;

use crate::UniFfiTag;
use crate::failure::BridgeError;

/// It went well; what it gave follows.
const GAVE: u8 = 0;
/// It failed; a `FailureParts` follows.
const FAILED: u8 = 1;
/// The library panicked; what it said follows.
const PANICKED: u8 = 2;

/// A ticket and the length of what follows.
const HEAD: usize = 8 + 4;

/// A finished call: its ticket, the length of the rest, a status, and what it gave.
#[derive(Debug)]
pub(super) struct Answer(Vec<u8>);

/// What goes to Kotlin as uniffi would write it.
pub(super) trait Packed {
    fn pack(self, to: &mut Vec<u8>);

    /// About how many bytes that will be.
    fn room(&self) -> usize {
        1024
    }
}

/// Writes what uniffi knows.
pub(super) fn write<T: Lower<UniFfiTag>>(value: T, to: &mut Vec<u8>) {
    T::write(value, to);
}

impl Answer {
    fn new(ticket: i64, status: u8, room: usize, pack: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = Vec::with_capacity(HEAD + 1 + room);
        bytes.extend_from_slice(&ticket.to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.push(status);
        pack(&mut bytes);
        let length = u32::try_from(bytes.len() - HEAD).unwrap_or(u32::MAX);
        bytes[8..HEAD].copy_from_slice(&length.to_be_bytes());
        Self(bytes)
    }

    pub(super) fn of<T: Packed>(ticket: i64, result: Result<T, BridgeError>) -> Self {
        match result {
            Ok(value) => Self::new(ticket, GAVE, value.room(), |to| value.pack(to)),
            Err(BridgeError::Failed { failure }) => Self::new(ticket, FAILED, 512, |to| write(*failure, to)),
        }
    }

    pub(super) fn panicked(ticket: i64, panic: &(dyn Any + Send)) -> Self {
        let said = panic.downcast_ref::<&str>().copied();
        Self::said(
            ticket,
            said.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked"),
        )
    }

    pub(super) fn said(ticket: i64, text: &str) -> Self {
        Self::new(ticket, PANICKED, text.len() + 4, |to| write(text.to_owned(), to))
    }

    /// All of it, as it goes through the queue.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Without ticket and length.
    pub(super) fn alone(&self) -> &[u8] {
        &self.0[HEAD..]
    }
}
