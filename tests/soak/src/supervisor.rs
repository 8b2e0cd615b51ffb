//! A run: events are made, things go wrong, workers die, and at the end all of it must have been handled.

use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::arguments::Plan;
use crate::consumer::Consumer;
use crate::market::{Market, Polls};
use crate::memory;
use crate::mishaps;

const TICK: Duration = Duration::from_millis(50);
/// How often it is told how far the run is.
const TELL: Duration = Duration::from_secs(15);
/// How long nothing may be handled while something is left.
const PATIENCE: Duration = Duration::from_secs(90);
/// How soon the server sees that a worker has ended.
const SOON: Duration = Duration::from_secs(3);

pub(crate) struct Run {
    plan: Plan,
    market: Market,
    consumers: [Consumer; 2],
    dice: fastrand::Rng,
    began: Instant,
    told: Instant,
    folder: TempDir,
}

/// What a run showed.
pub(crate) struct Outcome {
    pub(crate) figures: Vec<String>,
    pub(crate) violations: Vec<String>,
}

pub(crate) fn run(plan: Plan) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let market = Market::open(plan.seed, plan.trades);
    let trades: String = market.history.keys().map(|id| format!("{id}\n")).collect();
    std::fs::write(folder.path().join("trades"), trades).expect("the trades");
    let rests = [Duration::from_millis(1500), plan.time / 6];
    let consumer = |name, number: u64, rest| {
        Consumer::new(name, folder.path(), market.base_url(), plan.seed ^ number, [plan.life, rest])
    };
    let consumers = [consumer("soak", 1, rests[0]), consumer("beside", 2, rests[1])];
    let dice = fastrand::Rng::with_seed(plan.seed);
    let now = Instant::now();
    let mut run = Run { plan, market, consumers, dice, began: now, told: now, folder };
    run.make_events();
    run.let_all_be_handled();
    run.outcome()
}

impl Run {
    fn make_events(&mut self) {
        let mut last = self.began;
        while self.began.elapsed() < self.plan.time {
            let (now, part) = (Instant::now(), self.began.elapsed().div_duration_f64(self.plan.time));
            let due = (self.plan.events as f64 * part.min(1.0)) as usize;
            self.happen(due.saturating_sub(self.market.made));
            for mishap in mishaps::draw(&mut self.dice, (now - last).as_secs_f64()) {
                self.market.go_wrong(&mishap);
            }
            last = now;
            self.consumers.iter_mut().for_each(|consumer| consumer.go_on(&self.market.history));
            self.tell();
            thread::sleep(TICK);
        }
        self.happen(self.plan.events.saturating_sub(self.market.made));
    }

    /// Mostly here and there, at times many on one trade.
    fn happen(&mut self, count: usize) {
        let on_one = if self.dice.u8(..20) == 0 { count } else { 0 };
        if on_one > 0 {
            let at = self.dice.usize(..self.plan.trades);
            let trade = self.market.history.keys().nth(at).cloned();
            self.market.happen(on_one, trade.as_deref());
        }
        if count > on_one {
            self.market.happen(count - on_one, None);
        }
    }

    fn let_all_be_handled(&mut self) {
        let calm = mishaps::none();
        calm.iter().for_each(|command| self.market.go_wrong(command));
        self.consumers.iter_mut().for_each(|consumer| consumer.begin_last_life(&self.market.history));
        let (mut handled, mut moved) = (self.handled(), Instant::now());
        while self.behind() > 0 && moved.elapsed() < PATIENCE {
            thread::sleep(TICK);
            self.consumers.iter_mut().for_each(|consumer| consumer.read(&self.market.history));
            if self.handled() > handled {
                (handled, moved) = (self.handled(), Instant::now());
            }
            self.tell();
        }
        // Whatever should not come any more has time to come.
        thread::sleep(Duration::from_secs(1));
        self.consumers.iter_mut().for_each(|consumer| consumer.end(&self.market.history));
    }

    fn handled(&self) -> usize {
        self.consumers.iter().map(|consumer| consumer.checker.tally.handled).sum()
    }

    fn behind(&self) -> usize {
        self.consumers.iter().map(|consumer| consumer.checker.behind(&self.market.history)).sum()
    }

    fn tell(&mut self) {
        if self.told.elapsed() < TELL {
            return;
        }
        self.told = Instant::now();
        let handled = self.consumers.each_ref().map(|consumer| consumer.checker.tally.handled);
        let kills: usize = self.consumers.iter().map(|consumer| consumer.kills).sum();
        let (made, time) = (self.market.made, self.began.elapsed().as_secs());
        println!("{time} s: {made} events, handled {} and {}, {kills} kills", handled[0], handled[1]);
    }

    /// The polls once the server saw all connections closed, or gave up on that.
    fn polls_at_the_end(&self) -> Polls {
        let until = Instant::now() + SOON;
        loop {
            let polls = self.market.polls();
            if (polls.connections, polls.waiting) == (0, 0) || Instant::now() > until {
                return polls;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn outcome(self) -> Outcome {
        let polls = self.polls_at_the_end();
        let mut figures = vec![format!(
            "{} trades, {} events in {} s; {} connections cut, history dropped {} times; {polls:?}",
            self.plan.trades,
            self.market.made,
            self.began.elapsed().as_secs(),
            self.market.cut,
            self.market.expired,
        )];
        let mut violations = Vec::new();
        if polls.most > 2 || polls.refused > 0 {
            violations.push(format!("more than two polls of a trade: {polls:?}"));
        }
        if (polls.connections, polls.waiting) != (0, 0) {
            violations.push(format!("connections are left open: {polls:?}"));
        }
        for consumer in self.consumers {
            let (lives, kills) = (consumer.lives, consumer.kills);
            figures.push(format!("{lives} lives, {kills} kills: {:?}", consumer.checker.tally));
            figures.extend(consumer.long_lives.iter().map(|life| format!("a long life: {life}")));
            violations.extend(consumer.checker.violations());
            violations.extend(memory::growth(&consumer.long_lives));
        }
        if !violations.is_empty() {
            figures.push(format!("the logs and the store are kept in {}", self.folder.keep().display()));
        }
        Outcome { figures, violations }
    }
}
