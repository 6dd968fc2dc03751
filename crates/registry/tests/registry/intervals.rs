//! Whatever employers send, a month of somebody's pension has one payer, and an employer's intervals never overlap.

use crate::staff::*;
use chrono::Days;
use kernel::{Insurance, MonthRange};
use registry::roster::{Newcomer, Row};
use registry::*;

/// A small generator with a seed, so that a failure can be run again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

testkit::both_engines! {
    on [registry::MIGRATIONS];

    async fn a_month_has_one_payer_whatever_is_sent(kit: Kit) {
        kit.set_today(day("2018-06-20"));
        let firms = [firm(&kit, 1, EmployerKind::Enterprise).await, firm(&kit, 2, EmployerKind::Enterprise).await];
        let mut dice = Dice(20_170_705);
        let mut done = 0;
        for step in 0..120 {
            let firm = firms[usize::try_from(dice.below(2)).unwrap()];
            let order = u16::try_from(dice.below(3) + 1).unwrap();
            let on = day("2017-01-01").checked_add_days(Days::new(dice.below(540))).unwrap();
            let row = match dice.below(2) {
                0 => Row::Enrol(Newcomer { from: on, ..newcomer(order) }),
                _ => leaver(order, &on.to_string()),
            };
            let answer = send(&kit, firm, vec![row]).await.pop().unwrap();
            done += usize::from(answer.is_ok());
            let Ok(taken) = answer else { continue };
            let all = relations(&kit.desk.view(), taken.person).await.unwrap();
            for insurance in [Insurance::Pension, Insurance::Medical, Insurance::Unemployment, Insurance::Injury] {
                let mine: Vec<&Relation> = all.iter().filter(|one| one.insurance == insurance).collect();
                for month in MonthRange::new(month("2017-01"), month("2018-12")).unwrap().months() {
                    let payers: Vec<Payer> = mine.iter().filter(|one| one.covers(month)).map(|one| one.payer).collect();
                    let twice = payers.iter().enumerate().any(|(place, payer)| payers[..place].contains(payer));
                    assert!(!twice, "step {step}: one employer twice in {month}");
                    assert!(insurance == Insurance::Injury || payers.len() <= 1, "step {step}: {payers:?} in {month}");
                }
            }
        }
        assert!(done > 20, "only {done} rows were taken, which proves little");
    }
}
