//! What must never happen, whatever clients, faults and switches do.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::World;
use super::deposit::exact;
use super::effects::Deed;
use super::execution::{Progress, Transfer};
use super::trade::Trade;
use crate::json::Object;

/// Something that happened and must not.
#[derive(Debug)]
pub(crate) struct Violation {
    rule: &'static str,
    trade: String,
    says: String,
}

impl Violation {
    pub(crate) fn show(&self) -> Object {
        Object::new()
            .with("rule", self.rule)
            .with("trade", self.trade.as_str())
            .with("says", self.says.as_str())
    }
}

impl World {
    /// What is wrong with one trade, or with all.
    pub(crate) fn violations(&self, only: Option<&str>) -> Vec<Violation> {
        let trades = self.trades.values().filter(|trade| only.is_none_or(|id| id == trade.id));
        let mut found: Vec<_> = trades.flat_map(Trade::broken).collect();
        let reused = self.reused_keys().into_iter();
        found.extend(reused.filter(|violation| only.is_none_or(|id| id == violation.trade)));
        found
    }

    /// Trades created through the API beyond the number that was meant: the latest ones.
    pub(crate) fn superfluous(&self, meant: usize) -> Vec<Violation> {
        let created = self.trades.values().filter(|trade| {
            trade.effects.iter().any(|effect| effect.deed == Deed::Create && effect.request.is_some())
        });
        let says = format!("it was created through the API beyond the {meant} that were meant");
        let violation =
            |trade: &Trade| Violation { rule: "creates", trade: trade.id.clone(), says: says.clone() };
        created.skip(meant).map(violation).collect()
    }

    /// One key stands for one operation: two effects under it are one too many.
    fn reused_keys(&self) -> Vec<Violation> {
        let mut first: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        let mut found = Vec::new();
        for trade in self.trades.values() {
            for effect in &trade.effects {
                let Some(request) = &effect.request else { continue };
                let Some(key) = request.key.as_deref() else { continue };
                let deed = effect.deed.as_str();
                if let Some(earlier) = first.insert((&request.token, key), deed) {
                    let says = format!("{} did {earlier} and {deed} under the one key {key}", effect.user);
                    found.push(Violation { rule: "one_key_one_effect", trade: trade.id.clone(), says });
                }
            }
        }
        found
    }
}

impl Trade {
    fn broken(&self) -> Vec<Violation> {
        let rules = [
            ("one_action", self.must_have_one_action()),
            ("one_claim", self.must_have_one_claim_each()),
            ("one_payout", self.must_have_one_payout()),
            ("money", self.must_conserve_money()),
        ];
        let broken = rules.into_iter().filter_map(|(rule, kept)| Some((rule, kept.err()?)));
        let confirmations = self.violations.iter().map(|says| ("confirmation", says.clone()));
        let all = broken.chain(confirmations);
        all.map(|(rule, says)| Violation { rule, trade: self.id.clone(), says }).collect()
    }

    fn count(&self, deeds: &[Deed]) -> usize {
        self.effects.iter().filter(|effect| deeds.contains(&effect.deed)).count()
    }

    fn must_have_one_action(&self) -> Result<(), String> {
        match self.count(&[Deed::Release, Deed::Return]) {
            0 | 1 => Ok(()),
            more => Err(format!("{more} releases and returns were accepted; a trade has one")),
        }
    }

    /// A claim may follow one that failed, never one that runs.
    fn must_have_one_claim_each(&self) -> Result<(), String> {
        let claims = self.count(&[Deed::Claim]);
        let transfers = self.ended.len() + usize::from(self.is_executing());
        match claims <= transfers {
            true => Ok(()),
            false => Err(format!("{claims} claims were accepted for {transfers} transfers")),
        }
    }

    fn completed(&self) -> impl Iterator<Item = (Transfer, &str)> {
        let completed = self.ended.iter().filter(|ended| ended.progress == Progress::Completed);
        completed.map(|ended| (ended.transfer, ended.amount.as_str()))
    }

    fn must_have_one_payout(&self) -> Result<(), String> {
        match self.completed().filter(|(transfer, _)| *transfer != Transfer::Reduction).count() {
            0 | 1 => Ok(()),
            more => Err(format!("{more} payouts and returns were made; a trade ends with one")),
        }
    }

    /// What came in is what went out and what is held, fees aside.
    fn must_conserve_money(&self) -> Result<(), String> {
        let arrived = self.deposit.as_ref().map(|deposit| deposit.arrived.as_str());
        let is_paid = self.completed().any(|(transfer, _)| transfer != Transfer::Reduction);
        let held = self.deposit.as_ref().filter(|_| !is_paid).map(|deposit| deposit.amount.as_str());
        let parts: Vec<_> = self.completed().map(|(_, amount)| amount).chain(held).collect();
        let kept = match (arrived, parts.as_slice()) {
            // Also right for amounts that no exact sum can hold.
            (Some(arrived), [all]) if arrived == *all => true,
            (Some(arrived), parts) => exact(arrived).is_some_and(|arrived| sum(parts) == Some(arrived)),
            (None, parts) => parts.is_empty(),
        };
        match kept {
            true => Ok(()),
            false => {
                let arrived = arrived.unwrap_or("nothing");
                Err(format!("{arrived} arrived, but out and in escrow are {}", parts.join(" + ")))
            }
        }
    }
}

fn sum(parts: &[&str]) -> Option<Decimal> {
    parts.iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(exact(part)?))
}
