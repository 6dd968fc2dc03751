//! The difference of an assessment: what each person owes now, less what they owed; and the dues and claims that it becomes.

use crate::assess::{AssessError, Employer, Known, Whole, Written};
use crate::month_rules::MonthRules;
use crate::{Claim, ClaimKey, ClaimKind, Due, Parts, Sides, store};
use control::Op;
use kernel::{Date, EmployerId, Fen, Insurance, InsuranceSet, Month, PersonId};
use registry::InsuredStaff;
use sea_orm::DbErr;
use std::collections::{BTreeMap, BTreeSet};

/// What the persons of a month owe already, back payments apart.
pub(crate) struct Standing {
    owed: BTreeMap<PersonId, (InsuredStaff, Parts)>,
    /// Insurances of persons that were paid back: those are no more the assessment's.
    paid_back: BTreeSet<(PersonId, Insurance)>,
}

/// A difference of one person.
pub(crate) struct Change {
    pub(crate) insured: InsuredStaff,
    pub(crate) parts: Parts,
    pub(crate) is_new: bool,
}

impl Standing {
    pub(crate) async fn read(op: &Op, employer: EmployerId, month: Month, whole: Whole<'_>) -> Result<Standing, DbErr> {
        let mut standing = Standing { owed: BTreeMap::new(), paid_back: BTreeSet::new() };
        let taken = store::back_pay::taken_in(op, employer, month).await?;
        let one = match whole {
            Whole::Persons(persons) if persons.len() == 1 => persons.first().copied(),
            Whole::Persons(_) | Whole::Month => None,
        };
        for (due, kind) in store::due::of_month(op, employer, month, one).await? {
            if matches!(whole, Whole::Persons(persons) if !persons.contains(&due.person)) {
                continue;
            }
            if kind == ClaimKind::BackPayment && taken.contains(&(due.person, due.number)) {
                let there = Insurance::ALL.iter().filter(|insurance| due.parts.sides(**insurance).is_some());
                standing.paid_back.extend(there.map(|insurance| (due.person, *insurance)));
                continue;
            }
            let insured = InsuredStaff {
                person: due.person,
                employer,
                relation: due.relation,
                insurances: InsuranceSet::NONE,
                injury_class: 0,
                scheme: kernel::Scheme::Enterprise,
            };
            let entry = standing.owed.entry(due.person).or_insert((insured, Parts::default()));
            entry.1 = entry.1.plus(due.parts);
        }
        Ok(standing)
    }

    pub(crate) fn changes(&self, employer: Employer<'_>) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut seen = BTreeSet::new();
        for (insured, target) in employer.staff.iter().zip(employer.targets) {
            seen.insert(insured.person);
            let known = self.owed.get(&insured.person).map(|(_, parts)| *parts);
            let paid_back = |insurance: &Insurance| self.paid_back.contains(&(insured.person, *insurance));
            let wanted: Vec<Insurance> =
                Insurance::ALL.iter().copied().filter(|insurance| !paid_back(insurance)).collect();
            let parts = target.only(&wanted).minus(known.unwrap_or_default());
            if !parts.is_empty() {
                changes.push(Change { insured: *insured, parts, is_new: known.is_none_or(|known| known.is_empty()) });
            }
        }
        for (person, (insured, parts)) in &self.owed {
            let reversal = Parts::default().minus(*parts);
            if !seen.contains(person) && !reversal.is_empty() {
                changes.push(Change { insured: *insured, parts: reversal, is_new: false });
            }
        }
        changes
    }
}

/// The dues of one assessment of an employer, and the claims that they add up to.
pub(crate) struct Batch {
    number: i32,
    kind: ClaimKind,
    due: Date,
    class: u8,
    payroll: Fen,
    dues: Vec<Due>,
    sums: BTreeMap<Insurance, Sides>,
}

impl Batch {
    pub(crate) fn new(number: i32, kind: ClaimKind, due: Date) -> Batch {
        let (dues, sums) = (Vec::new(), BTreeMap::new());
        Batch { number, kind, due, class: 0, payroll: Fen::ZERO, dues, sums }
    }

    pub(crate) fn add(&mut self, rules: &MonthRules, insured: &InsuredStaff, parts: Parts) {
        for insurance in Insurance::ALL {
            if let Some(sides) = parts.sides(*insurance) {
                let sum = self.sums.entry(*insurance).or_default();
                *sum = sum.plus(sides);
            }
        }
        if let Some(injury) = parts.injury {
            (self.class, self.payroll) = (insured.injury_class, self.payroll + injury.base);
        }
        self.dues.push(Due {
            employer: insured.employer,
            month: rules.month,
            person: insured.person,
            number: self.number,
            relation: insured.relation,
            policy: rules.mark,
            parts,
        });
    }

    pub(crate) fn write(
        self,
        rules: &MonthRules,
        known: &Known,
        employer: EmployerId,
        written: &mut Written,
    ) -> Result<(), AssessError> {
        if self.dues.is_empty() {
            return Ok(());
        }
        written.assessments.push(known.assessment(rules, employer, self.number, self.kind));
        for (insurance, mut sides) in self.sums {
            let rounding = match insurance {
                Insurance::Injury => rules.injury_rounding(self.class, self.payroll, sides)?,
                Insurance::Pension | Insurance::Medical | Insurance::Unemployment | Insurance::Maternity => Fen::ZERO,
            };
            sides.unit += rounding;
            let key = ClaimKey { month: rules.month, number: self.number, insurance };
            let claim = Claim::new(employer, key, self.kind, sides, self.due);
            written.claims.push(Claim { rounding, ..claim });
        }
        written.dues.extend(self.dues);
        Ok(())
    }
}
