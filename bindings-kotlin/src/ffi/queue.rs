//! What calls gave, until Kotlin's thread fetches it: many results in one go.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use super::answer::Answer;
use super::task::Read;

/// What is fetched in one go, unless a single answer is larger.
const AT_ONCE: usize = 4 << 20;

/// Answers in the order in which they came, and reads for the thread that fetches them.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Default)]
struct Waiting {
    answers: VecDeque<Answer>,
    reads: Vec<Read>,
    woken: bool,
    sleeper: Sleeper,
}

/// How who waits is woken: only where somebody sleeps is there a reason to.
#[derive(Default)]
enum Sleeper {
    #[default]
    Nobody,
    Thread,
    Future(Waker),
}

/// What came.
#[derive(Default)]
pub(super) struct Came {
    pub(super) answers: Vec<Answer>,
    pub(super) reads: Vec<Read>,
    pub(super) woken: bool,
}

impl Waiting {
    const fn new() -> Self {
        Self { answers: VecDeque::new(), reads: Vec::new(), woken: false, sleeper: Sleeper::Nobody }
    }

    fn take(&mut self) -> Came {
        self.sleeper = Sleeper::Nobody;
        let mut left = AT_ONCE;
        let fits = |answer: &&Answer| {
            let had = left;
            left = left.saturating_sub(answer.bytes().len());
            had > 0
        };
        let count = self.answers.iter().take_while(fits).count();
        Came {
            answers: self.answers.drain(..count).collect(),
            reads: std::mem::take(&mut self.reads),
            woken: std::mem::take(&mut self.woken),
        }
    }
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self { waiting: Mutex::new(Waiting::new()), came: Condvar::new() }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.waiting();
        change(&mut waiting);
        let sleeper = std::mem::take(&mut waiting.sleeper);
        drop(waiting);
        match sleeper {
            Sleeper::Nobody => {}
            Sleeper::Thread => self.came.notify_one(),
            Sleeper::Future(waker) => waker.wake(),
        }
    }

    pub(super) fn put(&self, answer: Answer) {
        self.change(|waiting| waiting.answers.push_back(answer));
    }

    /// A read that the thread which fetches answers may make itself.
    pub(super) fn put_read(&self, read: Read) {
        self.change(|waiting| waiting.reads.push(read));
    }

    /// Whoever fetches comes back, with or without something.
    pub(super) fn wake(&self) {
        self.change(|waiting| waiting.woken = true);
    }

    /// Waits for something to come.
    pub(super) fn wait(&self) -> Came {
        let mut waiting = self.waiting();
        while waiting.answers.is_empty() && waiting.reads.is_empty() && !waiting.woken {
            waiting.sleeper = Sleeper::Thread;
            waiting = self.came.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.take()
    }

    /// What came. Who is given is woken when more comes.
    pub(super) fn poll(&self, waker: &Waker) -> Came {
        let mut waiting = self.waiting();
        let came = waiting.take();
        waiting.sleeper = Sleeper::Future(waker.clone());
        came
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
        let first = queue.wait().answers;
        assert_eq!(tickets(&first), [1, 2]);
        queue.put_back(first);
        assert_eq!(tickets(&queue.wait().answers), [1, 2]);
        assert_eq!(tickets(&queue.poll(Waker::noop()).answers), [3, 4]);
    }

    #[test]
    fn who_waits_is_woken_by_an_answer_and_on_request() {
        static QUEUE: Queue = Queue::new();
        let fetching = std::thread::spawn(|| {
            let (first, second) = (QUEUE.wait(), QUEUE.wait());
            (tickets(&first.answers), tickets(&second.answers), second.woken)
        });
        std::thread::sleep(Duration::from_millis(20));
        QUEUE.put(Answer::said(5, ""));
        std::thread::sleep(Duration::from_millis(20));
        QUEUE.wake();
        assert_eq!(fetching.join().unwrap(), (vec![5], vec![], true));
    }
}
