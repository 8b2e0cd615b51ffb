//! What was fetched for Kotlin and may not arrive there: a coroutine can be cancelled at any moment on the way.

use std::collections::VecDeque;

/// What waits to be taken, and what was taken last.
#[derive(Debug)]
pub(crate) struct Handover<T> {
    waiting: VecDeque<T>,
    given: Vec<T>,
    /// Of what was taken last: by this, Kotlin says what it saw.
    number: i64,
}

/// What was taken in one go.
#[derive(Debug)]
pub(crate) struct Batch<T> {
    pub(crate) number: i64,
    /// None at the end.
    pub(crate) items: Vec<T>,
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), given: Vec::new(), number: 0 }
    }
}

impl<T: Clone> Handover<T> {
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
    pub(crate) fn take(&mut self, max: usize) -> Batch<T> {
        self.given.clear();
        self.given.extend(self.waiting.drain(..max.min(self.waiting.len())));
        self.number += 1;
        Batch { number: self.number, items: self.given.clone() }
    }

    /// Nothing is left to take.
    pub(crate) fn end(&self) -> Batch<T> {
        Batch { number: self.number, items: Vec::new() }
    }

    /// Whether what was taken last is what Kotlin saw last.
    pub(crate) fn was_seen(&self, seen: i64) -> bool {
        self.number == seen
    }

    /// If it isn't, it comes again.
    pub(crate) fn settle(&mut self, seen: i64) {
        if !self.was_seen(seen) {
            self.given.drain(..).rev().for_each(|item| self.waiting.push_front(item));
        }
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
    fn what_was_not_taken_or_not_seen_comes_in_order() {
        let mut handover = Handover::default();
        handover.settle(0);
        handover.put(vec![1, 2, 3]);
        let first = handover.take(2);
        assert_eq!(first.items, [1, 2]);
        assert!(handover.was_seen(first.number));
        for _ in 0..2 {
            handover.settle(0);
        }
        let second = handover.take(1);
        assert_eq!(second.items, [1]);
        handover.settle(second.number);
        let third = handover.take(9);
        assert_eq!(third.items, [2, 3]);
        assert!(!handover.waits() && !handover.was_seen(second.number));
        handover.settle(third.number);
        handover.put(vec![4, 5, 6, 7]);
        handover.settle(-1);
        assert_eq!(handover.take(3).items, [4, 5, 6]);
        handover.finish(|item| *item <= 5);
        handover.settle(-1);
        handover.drop_all(|item| *item == 6);
        assert_eq!(handover.take(9).items, [7]);
        assert!(handover.end().items.is_empty());
    }

    #[test]
    fn a_number_of_items_is_at_least_one() {
        assert_eq!([-1, 0, 1, 7].map(at_least_one), [1, 1, 1, 7]);
    }
}
