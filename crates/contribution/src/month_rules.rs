//! What a fee month costs every employee: the rules of the month read once, from columns to columns (`policy::bulk`, exact), and
//! who collects. An insurance that the tax office collects, or whose rate is not in force, is absent and not zero.

use crate::{AssessError, EmployerPart, Parts, PensionPart, SharedPart, Sides, policy_mark};
use control::View;
use kernel::{Date, Fen, Insurance, Month};
use policy::bulk::{Columns, Employees, Facts, Figures, Rules};
use policy::contribution::injury::{self, Rating};
use policy::{Collector, FormulaError, Payer, Policy, base, surcharge};
use registry::InsuredStaff;

/// The rules of a fee month as they are read on a day.
pub(crate) struct MonthRules {
    pub(crate) policy: &'static Policy,
    pub(crate) month: Month,
    pub(crate) mark: i64,
    /// The last day on which the month is paid in time.
    pub(crate) due: Date,
    rules: Rules<'static>,
    /// What the agency collects of employers, and has a rate.
    pub(crate) insurances: Vec<Insurance>,
}

impl MonthRules {
    /// Reads the rules of a month: on the limits of its own year once they are published, on last year's before (预缴).
    pub(crate) fn of(view: &View, month: Month) -> Result<MonthRules, AssessError> {
        let policy = Policy::of(view.area()).map_err(|_| AssessError::NoPolicy)?;
        let limits_of = base::limits_month(policy, month, view.today()).map_err(FormulaError::from)?;
        let rules = Rules::of(policy, Facts { limits_of, ..Facts::new(month) })?;
        let collected = |insurance: &Insurance| {
            !rules.missing().contains(insurance) && collector(policy, *insurance, month) == Some(Collector::Agency)
        };
        let insurances = Insurance::ALL.iter().copied().filter(collected).collect();
        let (mark, due) = (policy_mark(policy.hash()), surcharge::due_date(policy, month)?);
        Ok(MonthRules { policy, month, mark, due, rules, insurances })
    }

    /// What a month of each costs, in their order. Wages below nothing do not reach this: declaring refuses them.
    pub(crate) fn parts(
        &self,
        staff: &[InsuredStaff],
        wages: &[Fen],
        columns: &mut Columns,
    ) -> Result<Vec<Parts>, AssessError> {
        let classes: Vec<u8> = staff.iter().map(|insured| insured.injury_class).collect();
        let factors = vec![100; staff.len()];
        let employees = Employees { wages, classes: &classes, factors: &factors };
        self.rules.assess(employees, columns).map_err(|refused| refused.why)?;
        let each = staff.iter().enumerate();
        Ok(each.filter_map(|(row, insured)| Some(self.of_person(&columns.person(row)?, insured))).collect())
    }

    fn of_person(&self, figures: &Figures<Fen>, insured: &InsuredStaff) -> Parts {
        let base = figures.base;
        let is = |insurance| insured.insurances.has(insurance) && self.insurances.contains(&insurance);
        let shared = |employer, employee| SharedPart { base, employer: Some(employer), personal: Some(employee) };
        let pension = PensionPart {
            base,
            employer: Some(figures.pension_employer),
            personal: figures.pension_employee,
            account: figures.pension_account,
        };
        let medical = shared(figures.medical_employer, figures.medical_employee);
        let unemployment = shared(figures.unemployment_employer, figures.unemployment_employee);
        let injury = EmployerPart { base, employer: figures.injury_employer };
        let maternity = EmployerPart { base, employer: figures.maternity_employer };
        Parts {
            pension: is(Insurance::Pension).then_some(pension),
            medical: is(Insurance::Medical).then_some(medical),
            unemployment: is(Insurance::Unemployment).then_some(unemployment),
            injury: (is(Insurance::Injury) && insured.injury_class > 0).then_some(injury),
            maternity: is(Insurance::Maternity).then_some(maternity),
        }
    }

    /// R3: the injury contribution of a payroll is settled once; answers by how much that differs from its persons' dues.
    pub(crate) fn injury_rounding(&self, class: u8, payroll: Fen, dues: Sides) -> Result<Fen, AssessError> {
        if class == 0 || payroll <= Fen::ZERO {
            return Ok(Fen::ZERO);
        }
        let whole = injury::assess(self.policy, self.month, payroll, Rating::of_class(class))?.employer;
        Ok(whole - dues.unit)
    }
}

/// Who collects an insurance of employers in a month.
pub(crate) fn collector(policy: &Policy, insurance: Insurance, month: Month) -> Option<Collector> {
    let dated = policy.collection.of(Payer::Employer, insurance)?;
    dated.on(month.first_day()).ok().map(|in_force| *in_force.value)
}
