//! What calls gave, until Kotlin's thread fetches it: many results in one go.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::answer::Answer;

/// What is fetched in one go, unless a single answer is larger.
const AT_ONCE: usize = 4 << 20;

/// Answers in the order in which they came.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

struct Waiting {
    answers: VecDeque<Answer>,
    woken: bool,
    /// Whether somebody sleeps: only then is there a reason to wake.
    asleep: bool,
}

impl Queue {
    pub(super) const fn new() -> Self {
        let waiting = Waiting { answers: VecDeque::new(), woken: false, asleep: false };
        Self { waiting: Mutex::new(waiting), came: Condvar::new() }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, answer: Answer) {
        let mut waiting = self.waiting();
        waiting.answers.push_back(answer);
        let asleep = std::mem::take(&mut waiting.asleep);
        drop(waiting);
        if asleep {
            self.came.notify_one();
        }
    }

    /// Whoever fetches comes back, with or without something.
    pub(super) fn wake(&self) {
        self.waiting().woken = true;
        self.came.notify_one();
    }

    /// Waits for answers; none if it was woken.
    pub(super) fn fetch(&self) -> Vec<Answer> {
        let mut waiting = self.waiting();
        while waiting.answers.is_empty() && !waiting.woken {
            waiting.asleep = true;
            waiting = self.came.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.asleep = false;
        waiting.woken = false;
        let mut left = AT_ONCE;
        let fits = |answer: &&Answer| {
            let had = left;
            left = left.saturating_sub(answer.bytes().len());
            had > 0
        };
        let count = waiting.answers.iter().take_while(fits).count();
        waiting.answers.drain(..count).collect()
    }

    /// What was fetched and couldn't be handed over.
    pub(super) fn put_back(&self, answers: Vec<Answer>) {
        let mut waiting = self.waiting();
        answers.into_iter().rev().for_each(|answer| waiting.answers.push_front(answer));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn tickets(answers: &[Answer]) -> Vec<u8> {
        answers.iter().map(|answer| answer.bytes()[7]).collect()
    }

    #[test]
    fn answers_are_fetched_in_order_and_not_all_if_they_are_large() {
        let queue = Queue::new();
        for (ticket, length) in [(1, 10), (2, AT_ONCE), (3, 10), (4, 10)] {
            queue.put(Answer::said(ticket, &"x".repeat(length)));
        }
        let first = queue.fetch();
        assert_eq!(tickets(&first), [1, 2]);
        queue.put_back(first);
        assert_eq!(tickets(&queue.fetch()), [1, 2]);
        assert_eq!(tickets(&queue.fetch()), [3, 4]);
    }

    #[test]
    fn who_waits_is_woken_by_an_answer_and_on_request() {
        static QUEUE: Queue = Queue::new();
        let fetching = std::thread::spawn(|| (tickets(&QUEUE.fetch()), tickets(&QUEUE.fetch())));
        std::thread::sleep(Duration::from_millis(20));
        QUEUE.put(Answer::said(5, ""));
        std::thread::sleep(Duration::from_millis(20));
        QUEUE.wake();
        assert_eq!(fetching.join().unwrap(), (vec![5], vec![]));
    }
}
