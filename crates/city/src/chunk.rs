//! The rows of some hundred people, made without touching a database, so that making and storing run side by side.

use crate::employer::Firm;
use crate::life::{Life, Spell, Work, stable_id};
use crate::load::Plan;
use crate::persona::person_id;
use crate::rates::{Share, Shares};
use contribution::account::{self, AccountEntry, AccountYear, EntryKind};
use contribution::bulk::WageRow;
use contribution::{IncomePart, Line, LineKind, MonthSummary, PaidBy};
use kernel::{Date, Fen, Fund, Insurance, InsuranceSet, LineId, Month, MonthRange, RelationId, Scheme, Timestamp};
use policy::FormulaError;
use registry::bulk::{PersonRow, RelationRow, StatusRow};
use registry::{Category, Payer, Status, StatusKind};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Money of one settlement month, by fund, part and kind of payer.
pub(crate) type Income = BTreeMap<(Month, Fund, IncomePart), Fen>;

#[derive(Default)]
pub(crate) struct Chunk {
    pub(crate) people: u32,
    pub(crate) persons: Vec<PersonRow>,
    pub(crate) relations: Vec<RelationRow>,
    pub(crate) statuses: Vec<StatusRow>,
    pub(crate) lines: Vec<Line>,
    pub(crate) months: Vec<MonthSummary>,
    pub(crate) entries: Vec<AccountEntry>,
    pub(crate) wages: Vec<WageRow>,
    pub(crate) income: Income,
}

/// Makes the rows of people, one after the other, remembering what a month costs.
pub(crate) struct Maker {
    plan: Plan,
    history: MonthRange,
    /// The first month of which lines are written.
    lines_from: Month,
    shares: Shares,
    mark: i64,
    first_number: i64,
}

impl Maker {
    pub(crate) fn new(plan: Plan, history: MonthRange, first_number: i64) -> Result<Maker, policy::NoPolicy> {
        let shares = Shares::of(plan.area)?;
        let mark = contribution::policy_mark(shares.policy().hash());
        let lines_from = plan.lines_from(history);
        Ok(Maker { plan, history, lines_from, shares, mark, first_number })
    }

    /// The rows of the people of these numbers.
    pub(crate) fn make(&mut self, people: std::ops::Range<u32>) -> Result<Chunk, FormulaError> {
        let mut chunk = Chunk { people: people.end - people.start, ..Chunk::default() };
        for index in people {
            let life = Life::of(self.plan.seed, index, self.plan.people, self.history);
            self.enter(&life, &mut chunk);
            self.insure(&life, &mut chunk)?;
        }
        Ok(chunk)
    }

    fn enter(&self, life: &Life, chunk: &mut Chunk) {
        let Plan { seed, area, .. } = self.plan;
        let id = person_id(seed, life.index);
        let recorded_at = morning(self.history.first().first_day());
        let number = self.first_number + i64::from(life.index);
        chunk.persons.push(PersonRow {
            id,
            personal_number: registry::bulk::number(area, registry::bulk::Counter::Person, number),
            name: life.name.clone(),
            sex: life.sex,
            birth: life.birth,
            area,
            category_from: life.birth,
            category: if life.cadre { Category::Cadre } else { Category::Worker },
            document: stable_id(seed, 4, life.index),
            id_number: life.id_number,
            phone: life.phone.clone().map(|phone| (stable_id(seed, 5, life.index), phone)),
            recorded_at,
        });
        if let Some(from) = life.retired_from {
            let from = from.first_day();
            let status = Status { kind: StatusKind::Retired, from, until: None };
            chunk.statuses.push(StatusRow {
                person: id,
                id: stable_id(seed, 6, life.index),
                status,
                recorded_at: morning(from),
            });
        }
    }

    fn insure(&mut self, life: &Life, chunk: &mut Chunk) -> Result<(), FormulaError> {
        let first_line = chunk.lines.len();
        let mut before = Fen::ZERO;
        for (number, spell) in (0u32..).zip(&life.spells) {
            let pension = self.relate(life, number, spell, chunk);
            let (old, written): (Vec<Month>, Vec<Month>) =
                self.paid_months(life, spell).into_iter().partition(|month| *month < self.lines_from);
            before += self.paid_before(spell, &old)?;
            for month in written {
                self.pay(life, spell, month, pension, chunk)?;
            }
        }
        let lines = chunk.lines.get(first_line..).unwrap_or_default();
        self.declare(life, lines, &mut chunk.wages);
        let entries = self.interest(life, lines, before)?;
        chunk.entries.extend(entries);
        Ok(())
    }

    /// What an old system would hand over for months whose lines are not written: the account's principal, a year at the figures
    /// of its first month. The books of the old system are not taken over with it.
    fn paid_before(&mut self, spell: &Spell, months: &[Month]) -> Result<Fen, FormulaError> {
        let mut sum = Fen::ZERO;
        for of_year in months.chunk_by(|one, next| one.year() == next.year()) {
            let Some(first) = of_year.first() else { continue };
            let share = self.shares.share(spell.work, *first, spell.percent, 1)?;
            let count = i64::try_from(of_year.len()).unwrap_or_default();
            sum += share.pension.map_or(Fen::ZERO, |pension| Fen::new(pension.account.fen() * count));
        }
        Ok(sum)
    }

    /// The wage that the employer of today has declared for somebody: the base of the last month.
    fn declare(&self, life: &Life, lines: &[Line], wages: &mut Vec<WageRow>) {
        let Some(Spell { work: Work::Employed { employer }, months, .. }) = life.spells.last() else { return };
        let open = months.last() == self.history.last() && life.retired_from.is_none();
        let base = lines.last().and_then(|line| line.pension).map(|pension| pension.base);
        if let (true, Some(wage)) = (open, base) {
            let january = Month::new(self.history.last().year(), 1).unwrap_or(months.first());
            let from = months.first().max(january);
            let (employer, person) = (Firm::of_id(self.plan.seed, *employer), person_id(self.plan.seed, life.index));
            wages.push(WageRow { employer, person, from, wage });
        }
    }

    /// One relation for all that a payer pays; answers its id.
    fn relate(&self, life: &Life, number: u32, spell: &Spell, chunk: &mut Chunk) -> RelationId {
        let seed = self.plan.seed;
        let (insurances, payer) = match spell.work {
            Work::Employed { employer } => (InsuranceSet::ALL, Payer::Employer(Firm::of_id(seed, employer))),
            Work::Flexible { .. } => (InsuranceSet::from(Insurance::Pension), Payer::Oneself),
        };
        let open = spell.months.last() == self.history.last() && life.retired_from.is_none();
        let until = (!open).then(|| spell.months.last());
        let id = stable_id(seed, 3, life.index * 64 + number * 5);
        chunk.relations.push(RelationRow {
            person: person_id(seed, life.index),
            id,
            insurances,
            scheme: Scheme::Enterprise,
            payer,
            from: spell.months.first(),
            until,
            recorded_at: morning(spell.months.first().first_day()),
            ended_at: until.map(|month| morning(month.last_day())),
        });
        id
    }

    /// The months of a stretch that were paid, which for oneself may reach beyond the history to the end of the year.
    fn paid_months(&self, life: &Life, spell: &Spell) -> Vec<Month> {
        let last = spell.months.last();
        let reach = match spell.work {
            Work::Employed { .. } => last,
            Work::Flexible { .. } if last == self.history.last() => Month::new(last.year(), 12).unwrap_or(last),
            Work::Flexible { .. } => last,
        };
        let months = MonthRange::new(spell.months.first(), reach).map_or(Vec::new(), |range| range.months().collect());
        months
            .into_iter()
            .filter(|month| settled_in(spell.work, *month, life.unpaid_from) <= self.history.last())
            .filter(|month| {
                matches!(spell.work, Work::Employed { .. }) || life.unpaid_from.is_none_or(|from| *month < from)
            })
            .collect()
    }

    fn pay(
        &mut self,
        life: &Life,
        spell: &Spell,
        month: Month,
        relation: RelationId,
        chunk: &mut Chunk,
    ) -> Result<(), FormulaError> {
        let (payer, class) = match spell.work {
            Work::Employed { employer } => (PaidBy::Employer, Firm::class_of(employer)),
            Work::Flexible { .. } => (PaidBy::Oneself, 1),
        };
        let share: Share = self.shares.share(spell.work, month, spell.percent, class)?;
        let settlement = settled_in(spell.work, month, life.unpaid_from);
        let line = Line {
            id: line_id(self.plan.seed, life.index, month, settlement),
            person: person_id(self.plan.seed, life.index),
            month,
            relation,
            payer,
            kind: LineKind::Normal,
            settlement,
            credited: settlement,
            bill: None,
            receipt: None,
            policy: self.mark,
            pension: share.pension,
            medical: share.medical,
            unemployment: share.unemployment,
            injury: share.injury,
            maternity: share.maternity,
        };
        for (fund, part, amount) in line.income() {
            *chunk.income.entry((settlement, fund, part)).or_default() += amount;
        }
        chunk.months.push(MonthSummary::of(&line));
        chunk.lines.push(line);
        Ok(())
    }

    /// The interest of every full year, as the yearly crediting would have given it.
    fn interest(&self, life: &Life, lines: &[Line], before: Fen) -> Result<Vec<AccountEntry>, FormulaError> {
        let opened = (!before.is_zero()).then(|| self.lines_from.year());
        let first = lines.iter().map(|line| line.credited.year()).chain(opened).min();
        let Some(first) = first else { return Ok(Vec::new()) };
        let mut balance = before;
        let mut entries = Vec::new();
        entries.extend(opened.map(|year| AccountEntry {
            person: person_id(self.plan.seed, life.index),
            year,
            kind: EntryKind::OpeningBalance,
            number: 0,
            amount: before,
            method: None,
            policy: self.mark,
        }));
        for year in first..self.history.last().year() {
            let mut credits = [Fen::ZERO; 12];
            for line in lines.iter().filter(|line| line.credited.year() == year) {
                let index = usize::try_from(line.credited.month() - 1).unwrap_or_default();
                credits[index] += line.pension.map_or(Fen::ZERO, |pension| pension.account);
            }
            let principal: Fen = credits.iter().sum();
            let opened = AccountYear {
                year,
                opening: balance,
                credits,
                principal,
                interest: None,
                method: None,
                moved: Fen::ZERO,
                closing: balance + principal,
            };
            let interest = account::interest_amount(self.shares.policy(), &opened)?;
            balance = opened.closing + interest.amount;
            entries.push(AccountEntry {
                person: person_id(self.plan.seed, life.index),
                year,
                kind: EntryKind::Interest,
                number: 0,
                amount: interest.amount,
                method: Some(interest.method),
                policy: self.mark,
            });
        }
        Ok(entries)
    }
}

/// When a month was paid: by an employer in the month itself, by oneself for the whole year in one month of it, and month by
/// month where somebody stopped in the middle of a year.
fn settled_in(work: Work, month: Month, unpaid_from: Option<Month>) -> Month {
    match work {
        Work::Employed { .. } => month,
        Work::Flexible { .. } if unpaid_from.is_some_and(|from| from.year() == month.year()) => month,
        Work::Flexible { pays_in } => Month::new(month.year(), i32::from(pays_in)).unwrap_or(month),
    }
}

/// A UUIDv7 of the settlement's last day, the same in every city of one seed.
fn line_id(seed: u64, index: u32, month: Month, settlement: Month) -> LineId {
    let millis = u64::try_from(morning(settlement.last_day()).timestamp_millis()).unwrap_or_default();
    let mut rest = [0u8; 10];
    rest[0] = 7;
    rest[1..5].copy_from_slice(&index.to_be_bytes());
    rest[5..9].copy_from_slice(&month.number().to_be_bytes());
    rest[9] = seed.to_be_bytes()[7];
    LineId(uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid())
}

/// Nine in the morning of a day at +08:00.
pub(crate) fn morning(day: Date) -> Timestamp {
    day.and_hms_opt(1, 0, 0).unwrap_or_default().and_utc()
}

/// The source id of the books' entry for a month and fund.
pub(crate) fn journal_source(seed: u64, month: Month, fund: Fund) -> Uuid {
    let number = u32::try_from(month.number()).unwrap_or_default();
    let fund =
        Fund::ALL.iter().position(|known| *known == fund).and_then(|n| u32::try_from(n).ok()).unwrap_or_default();
    stable_id(seed, 8, number * 16 + fund)
}
