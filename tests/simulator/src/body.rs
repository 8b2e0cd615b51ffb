//! Bodies that arrive in pieces, or not to their end.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// In how many pieces a slow body comes.
const PIECES: usize = 8;

/// A body that promises its whole length and takes its time.
pub(crate) struct Dripping {
    promised: u64,
    pieces: VecDeque<Bytes>,
    /// Between two pieces, and before the end.
    pause: Duration,
    resting: Option<Pin<Box<Sleep>>>,
    is_cut: bool,
}

impl Dripping {
    /// Breaks off in the middle; the pause lets the first half reach the client before the connection breaks.
    pub(crate) fn cut(whole: &Bytes) -> Dripping {
        let half = whole.slice(..whole.len() / 2);
        Dripping::new(whole, [half].into(), Duration::from_millis(20), true)
    }

    /// Comes whole, in pieces, after all in `time`.
    pub(crate) fn slow(whole: &Bytes, time: Duration) -> Dripping {
        let size = whole.len().div_ceil(PIECES).max(1);
        let pieces: VecDeque<_> =
            (0..whole.len()).step_by(size).map(|at| whole.slice(at..whole.len().min(at + size))).collect();
        let pause = time / pieces.len().saturating_sub(1).max(1) as u32;
        Dripping::new(whole, pieces, pause, false)
    }

    fn new(whole: &Bytes, pieces: VecDeque<Bytes>, pause: Duration, is_cut: bool) -> Dripping {
        Dripping { promised: whole.len() as u64, pieces, pause, resting: None, is_cut }
    }
}

impl Body for Dripping {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(resting) = &mut self.resting {
            ready!(resting.as_mut().poll(context));
        }
        let pause = self.pause;
        match self.pieces.pop_front() {
            Some(piece) => {
                self.resting
                    .get_or_insert_with(|| Box::pin(sleep(pause)))
                    .as_mut()
                    .reset(Instant::now() + pause);
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            None if self.is_cut => Poll::Ready(Some(Err(io::Error::other("the body is cut on purpose")))),
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
