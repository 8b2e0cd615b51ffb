//! What was fetched for Kotlin and may not arrive there: a coroutine can be cancelled at any moment on the way.

use std::collections::VecDeque;

/// What waits to be taken, and what was taken last.
#[derive(Debug)]
pub(crate) struct Handover<T> {
    waiting: VecDeque<T>,
    given: Vec<T>,
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), given: Vec::new() }
    }
}

impl<T> Handover<T> {
    /// Whether something is there that nobody took.
    pub(crate) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What was fetched after all before was taken, and finished with that.
    pub(crate) fn put(&mut self, fetched: Vec<T>) {
        self.given.clear();
        self.waiting.extend(fetched);
    }

    /// Takes at most so many, in their order.
    pub(crate) fn take(&mut self, max: usize) -> &[T] {
        self.given.clear();
        self.given.extend(self.waiting.drain(..max.min(self.waiting.len())));
        &self.given
    }

    /// What was taken last comes again.
    pub(crate) fn give_back(&mut self) {
        self.given.drain(..).rev().for_each(|item| self.waiting.push_front(item));
    }

    /// What was taken last.
    pub(crate) fn given(&self) -> &[T] {
        &self.given
    }

    /// Some of what was taken last is finished and won't come again.
    pub(crate) fn finish(&mut self, is_finished: impl Fn(&T) -> bool) {
        self.given.retain(|item| !is_finished(item));
    }

    /// Some won't come at all any more.
    pub(crate) fn drop_all(&mut self, is_dropped: impl Fn(&T) -> bool) {
        self.waiting.retain(|item| !is_dropped(item));
        self.given.retain(|item| !is_dropped(item));
    }
}

/// A number of items, as Kotlin gives it: at least one.
pub(crate) fn at_least_one(max: i32) -> usize {
    usize::try_from(max).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_taken_or_is_given_back_comes_in_order() {
        let mut handover = Handover::default();
        handover.put(vec![1, 2, 3]);
        assert_eq!(handover.take(2), [1, 2]);
        handover.give_back();
        handover.give_back();
        assert_eq!(handover.take(1), [1]);
        assert_eq!(handover.take(9), [2, 3]);
        assert!(!handover.waits());
        handover.put(vec![4, 5, 6, 7]);
        handover.give_back();
        assert_eq!(handover.take(3), [4, 5, 6]);
        handover.finish(|item| *item <= 5);
        handover.give_back();
        handover.drop_all(|item| *item == 6);
        assert_eq!(handover.take(9), [7]);
    }

    #[test]
    fn a_number_of_items_is_at_least_one() {
        assert_eq!([-1, 0, 1, 7].map(at_least_one), [1, 1, 1, 7]);
    }
}
