//! Lets events happen at a steady rate.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::book::Book;

const TICK: Duration = Duration::from_millis(1);

pub(crate) struct Emitter {
    book: Arc<Book>,
    running: Option<JoinHandle<()>>,
}

impl Emitter {
    pub(crate) fn new(book: Arc<Book>) -> Self {
        Self { book, running: None }
    }

    /// So many events a second from now on, over random trades.
    pub(crate) fn start(&mut self, rate: u32) {
        self.stop();
        self.running = Some(tokio::spawn(run(self.book.clone(), f64::from(rate))));
    }

    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }
}

/// Whatever is due by now happens now, so that a late tick loses none.
async fn run(book: Arc<Book>, rate: f64) {
    let began = Instant::now();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut done = 0.0;
    loop {
        ticks.tick().await;
        let due = began.elapsed().as_secs_f64() * rate;
        while done < due {
            book.emit();
            done += 1.0;
        }
    }
}
