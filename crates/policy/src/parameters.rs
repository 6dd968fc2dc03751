//! Every parameter that a formula reads, by branch and name, with its type. The field is the path of the file.

mod words;

pub use words::{BaseUnit, BasisOfChoice, Collector, Payer, Rule, SurchargeCap};

use crate::account::interest::Method;
use crate::account::{CreditFrom, Kept};
use crate::certification::Contact;
use crate::contribution::special_base::{Instead, UnitTotal};
use crate::inspection::Duty;
use crate::parameter::{Dated, FromValue, Leaf, LoadError, MonthDay, word_from_value};
use crate::pension::{Between, Deemed, TotalUnit};
use crate::retirement::Category;
use crate::surcharge::allocation::Order;
use crate::surcharge::{Bears, Due};
use crate::transfer::amount::Moves;
use kernel::{Fen, Rate};
use std::collections::{BTreeMap, BTreeSet};

word_from_value!(Collector, BaseUnit, SurchargeCap, BasisOfChoice, Rule);
word_from_value!(CreditFrom, Instead, UnitTotal);
word_from_value!(Bears, Contact, Due, Duty, Order, crate::certification::Rule);
word_from_value!(Moves);
word_from_value!(Between, Category, Deemed, Kept, Method, TotalUnit);

/// The leaves of one set while they are being claimed by the fields below.
pub(crate) struct Claims<'a> {
    leaves: &'a BTreeMap<String, Leaf>,
    known: &'a BTreeSet<String>,
    claimed: BTreeSet<&'static str>,
}

impl Claims<'_> {
    fn take<T: FromValue>(&mut self, name: &'static str) -> Result<Dated<T>, LoadError> {
        if !self.known.contains(name) {
            return Err(LoadError::Absent { name: name.to_owned() });
        }
        self.claimed.insert(name);
        Dated::read(name, self.leaves.get(name))
    }
}

/// Declares the branches: a struct a folder, a field a file.
macro_rules! branches {
    ($( $(#[$meta:meta])* $branch:ident: $Branch:ident { $( $(#[$fmeta:meta])* $field:ident: $Type:ty, )+ } )+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, PartialEq, Eq, Debug)]
            pub struct $Branch { $( $(#[$fmeta])* pub $field: Dated<$Type>, )+ }
        )+

        /// Every parameter, by branch.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub struct Parameters { $( $(#[$meta])* pub $branch: $Branch, )+ }

        impl Parameters {
            /// Reads the leaves of a set; `known` are the names that any level holds.
            pub(crate) fn read(leaves: &BTreeMap<String, Leaf>, known: &BTreeSet<String>) -> Result<Parameters, LoadError> {
                let mut claims = Claims { leaves, known, claimed: BTreeSet::new() };
                $( let $branch = $Branch {
                    $( $field: claims.take(concat!(stringify!($branch), "/", stringify!($field)))?, )+
                }; )+
                match known.iter().find(|name| !claims.claimed.contains(name.as_str())) {
                    Some(name) => Err(LoadError::Unread { name: name.clone() }),
                    None => Ok(Parameters { $( $branch, )+ }),
                }
            }
        }
    };
}

branches! {
    /// 养老保险.
    pension: Pension {
        /// Employer's rate.
        employer: Rate,
        /// Worker's rate.
        employee: Rate,
        /// Share of the base that goes to the account.
        account_share: Rate,
        /// Flexible worker's rate.
        flexible_total: Rate,
        /// Share of a flexible worker's base that goes to the account.
        flexible_account: Rate,
        /// Relief of the employer's part, small and medium firms.
        relief_small: Rate,
        /// Relief of the employer's part, large firms.
        relief_large: Rate,
        /// Months for a monthly pension.
        minimum_months: i64,
        /// Calculation base, yuan a month.
        calc_base: Fen,
        /// Share of the basic pension a year.
        point_a_year: Rate,
        /// Coefficient of the transitional pension.
        transitional_coefficient: Rate,
        /// How the index of deemed years is set.
        deemed_index: Deemed,
        /// Divisor months by age, the first for `divisor_first_age`.
        divisors: Vec<i64>,
        /// The first age of the table, in months.
        divisor_first_age: i64,
        /// The divisor between two ages.
        divisor_between_ages: Between,
        /// Highest index of a month.
        index_highest: Rate,
        /// To what the total is settled.
        total_unit: TotalUnit,
        /// Winter heating allowance, yuan a year.
        winter_heating: Fen,
    }
    /// 医疗保险.
    medical: Medical {
        /// Employer's rate.
        employer: Rate,
        /// Worker's rate.
        employee: Rate,
        /// Flexible worker's rate without account.
        flexible_pooled_only: Rate,
        /// Flexible worker's rate with account.
        flexible_with_account: Rate,
        /// Months for cover after retirement.
        minimum_months: i64,
    }
    /// 失业保险.
    unemployment: Unemployment {
        /// Employer's rate.
        employer: Rate,
        /// Worker's rate.
        employee: Rate,
        /// Paid months from which each band of the benefit begins.
        benefit_from_months: Vec<i64>,
        /// Months of the benefit, at most, by band.
        benefit_months: Vec<i64>,
        /// Most months, unused ones of the earlier right included.
        benefit_months_highest: i64,
        /// Benefit as a share of the minimum wage.
        benefit_share: Rate,
    }
    /// 最低工资.
    minimum_wage: MinimumWages {
        /// Highest tier, yuan a month.
        highest: Fen,
        /// Middle tier, yuan a month.
        middle: Fen,
        /// Lowest tier, yuan a month.
        lowest: Fen,
    }
    /// 工伤保险.
    injury: Injury {
        /// Base rate by class, the first for class 1.
        class_rates: Vec<Rate>,
        /// Factors in percent, class 1.
        factors_of_class_one: Vec<i64>,
        /// Factors in percent, the other classes.
        factors_of_other_classes: Vec<i64>,
        /// Cuts in percent that may be in use.
        temporary_cuts: Vec<i64>,
        /// Lump sum for disability in months of own wage, the first for grade 1.
        lump_sum_months: Vec<i64>,
        /// Monthly allowance as a share of own wage, grades 1 to 6.
        allowance_shares: Vec<Rate>,
        /// Lowest own wage, share of the average wage.
        own_wage_lowest: Rate,
        /// Highest own wage, share of the average wage.
        own_wage_highest: Rate,
        /// Nursing allowance as a share of the average wage: total, most, part.
        nursing_shares: Vec<Rate>,
        /// Funeral grant in months of the average wage.
        funeral_months: i64,
        /// Lump sum on death, times the national urban income of the year before.
        death_income_multiple: i64,
        /// Dependants: the spouse's share of own wage.
        spouse_share: Rate,
        /// Dependants: each other relative's share.
        relative_share: Rate,
        /// Dependants: added for a lone old person or an orphan.
        lone_extra: Rate,
        /// Dependants: all together at most.
        dependants_highest: Rate,
    }
    /// 生育保险.
    maternity: Maternity {
        /// Employer's rate.
        employer: Rate,
    }
    /// 缴费基数.
    base: Base {
        /// Average wage, yuan a year.
        average_annual: Fen,
        /// The same, yuan a month, as published.
        average_monthly: Fen,
        /// Lowest base, yuan a month.
        floor: Fen,
        /// Highest base, yuan a month.
        ceiling: Fen,
        /// The day on which the limits of the year are published.
        limits_published_on: MonthDay,
        /// To what a base is settled.
        unit: BaseUnit,
        /// Base of leave without pay and of unclear wages.
        unpaid_leave: Instead,
        /// Base of the laid off, of child care leave and of long sick leave.
        long_absence: Instead,
        /// Months above which sick leave is long.
        sick_leave_above: i64,
        /// What the base of a unit is.
        unit_total: UnitTotal,
        /// Share of last month's due where none is declared.
        undeclared_factor: Rate,
    }
    /// 灵活就业人员.
    flexible: Flexible {
        /// Tiers in percent of the average wage.
        menu: Vec<i64>,
        /// Whether only these may be chosen.
        choice: BasisOfChoice,
        /// Lowest percentage.
        lowest: i64,
        /// Highest percentage.
        highest: i64,
    }
    /// 滞纳金.
    surcharge: Surcharge {
        /// Rate a day.
        daily_rate: Rate,
        /// Whether it stops at the principal.
        cap: SurchargeCap,
        /// The order in which a part payment is allocated.
        allocation: Order,
        /// Whether flexible workers bear it for months of the current year.
        flexible_current_year: Bears,
        /// The last day of payment.
        due: Due,
    }
    /// 个人账户.
    account: Account {
        /// Rate of the year.
        crediting_rate: Rate,
        /// How the credits of the year bear interest.
        method: Method,
        /// Factor of the annual method, before it is halved.
        annual_factor: Rate,
        /// Share of the rate that credits of half-rate years bear.
        half_share: Rate,
        /// Rate a month of irregular credits.
        demand_rate: Rate,
        /// From when a month that is paid late bears interest.
        credit_from: CreditFrom,
        /// Whether accounts are kept.
        kept: Kept,
    }
    /// 领取待遇资格认证.
    certification: Certification {
        /// What sets the window.
        window: crate::certification::Rule,
        /// Months from one pass to the next.
        cycle: i64,
        /// Days before the deadline from which it is due.
        due_before: i64,
        /// What must come before a suspension.
        contact: Contact,
    }
    /// 年检.
    inspection: Inspection {
        /// Enterprises.
        duty_enterprises: Duty,
        /// Other units.
        duty_others: Duty,
        /// Months from one certificate to the next.
        renewal: i64,
    }
    /// 病残津贴.
    allowance: Allowance {
        /// Months to the statutory age within which it is like a pension.
        near_age: i64,
        /// Months of whoever has not the minimum.
        short_first_months: i64,
        /// Months of contribution that these stand for.
        short_within: i64,
        /// Months added for each further full year.
        short_extra: i64,
    }
    /// 退休年龄.
    retirement: Retirement {
        /// Men, months.
        age_men: i64,
        /// Women in management or technical posts, months.
        age_women_cadres: i64,
        /// Women workers, months.
        age_women_workers: i64,
        /// Special work, men, months.
        age_men_special: i64,
        /// Special work, women, months.
        age_women_special: i64,
        /// Sick retirement, men, months.
        age_men_sick: i64,
        /// Sick retirement, women, months.
        age_women_sick: i64,
        /// Months of work at height or very heavy work.
        special_months_high: i64,
        /// Months of work underground or in heat.
        special_months_underground: i64,
        /// Months of toxic work.
        special_months_toxic: i64,
        /// Months of contribution for sick retirement.
        sick_months: i64,
        /// Longest delay, men.
        delay_highest_men: i64,
        /// Longest delay, women in management or technical posts.
        delay_highest_women_cadres: i64,
        /// Longest delay, women workers.
        delay_highest_women_workers: i64,
        /// Months of birth for each month of delay, men.
        births_a_step_men: i64,
        /// The same, women in management or technical posts.
        births_a_step_women_cadres: i64,
        /// The same, women workers.
        births_a_step_women_workers: i64,
        /// Longest flexible early retirement, months.
        early_highest: i64,
        /// Notice to the employer, months.
        early_notice: i64,
        /// Longest flexible late retirement, months.
        late_highest: i64,
        /// Agreement before the age, months.
        late_notice: i64,
        /// Months from retirement to the first payment.
        first_payment_after: i64,
        /// Category of women who pay for themselves.
        flexible_women: Category,
    }
    /// 住房公积金.
    housing_fund: HousingFund {
        /// Lowest rate of each side.
        lowest: Rate,
        /// Highest rate of each side.
        highest: Rate,
    }
    /// 征收机构.
    collection: Collection {
        /// Pension, employers.
        employer_pension: Collector,
        /// Medical, employers.
        employer_medical: Collector,
        /// Unemployment, employers.
        employer_unemployment: Collector,
        /// Injury, employers.
        employer_injury: Collector,
        /// Maternity, employers.
        employer_maternity: Collector,
        /// Pension, flexible workers.
        flexible_pension: Collector,
        /// Medical, flexible workers.
        flexible_medical: Collector,
    }
    /// 人均可支配收入.
    income: Income {
        /// Urban, the whole country, of the year before, yuan a year.
        national_urban: Fen,
        /// Urban, the province, of the year before, yuan a year.
        provincial_urban: Fen,
    }
    /// 丧葬补助金和抚恤金.
    survivor: Survivor {
        /// Funeral grant in months of the urban income.
        funeral_months: i64,
        /// Paid months from which each band of the consolation begins.
        consolation_from_months: Vec<i64>,
        /// Months of the consolation by band.
        consolation_months: Vec<i64>,
        /// Paid months above which full years add to it.
        extra_above_months: i64,
        /// Months added for each full year above.
        extra_months_a_year: i64,
        /// Months at most.
        consolation_highest_months: i64,
        /// Months at least for a retired person.
        retired_lowest_months: i64,
        /// Below these paid months the sums stop at what the person paid.
        short_payer_months: i64,
    }
    /// 关系转移接续.
    transfer: Transfer {
        /// Unit part that moves, share of the contribution wages.
        unit_share: Rate,
        /// Months that make a place the place of benefit.
        place_months: i64,
        /// Age in months from which a man gets a temporary account.
        temporary_age_men: i64,
        /// Age in months from which a woman gets a temporary account.
        temporary_age_women: i64,
        /// Whether money moves inside the province.
        within_province: Moves,
    }
    /// 期限.
    deadline: Deadlines {
        /// Employer: to apply for recognition of an injury, days.
        injury_employer_report: i64,
        /// Worker or family: the same, months.
        injury_worker_report: i64,
        /// Decision on it, days.
        injury_decision: i64,
        /// Decision where the facts are clear, days.
        injury_decision_clear: i64,
        /// Assessment of capacity, days.
        injury_assessment: i64,
        /// Its extension, days.
        injury_assessment_extension: i64,
        /// 停工留薪期, months.
        injury_treatment: i64,
        /// Its extension, months.
        injury_treatment_extension: i64,
        /// Employer: to report who became unemployed, days.
        unemployment_employer_report: i64,
        /// Agency: registration, working days.
        agency_registration: i64,
        /// Agency: pension, working days.
        agency_pension: i64,
        /// Agency: medical refund by hand, working days.
        agency_medical_refund: i64,
        /// Agency: maternity benefit, working days.
        agency_maternity: i64,
        /// Agency: work injury refund, working days.
        agency_injury_refund: i64,
        /// Agency: unemployment benefit, working days.
        agency_unemployment: i64,
        /// New agency: liaison letter, working days.
        transfer_letter: i64,
        /// Old agency: information form and payment, working days.
        transfer_information: i64,
        /// New agency: joining and notice, working days.
        transfer_joining: i64,
    }
    /// 人员增减.
    roster: Roster {
        /// The day of the month by which who joins owes this month.
        cut_off_day: i64,
    }
    /// 十项措施: which rule holds, one switch a reform.
    reform: Reforms {
        /// 1: enrolment at an employer in arrears.
        enrolment_in_arrears: Rule,
        /// 2: back payment of gaps after a lapsed inspection.
        gap_back_payment: Rule,
        /// 3: work injury insurance alone for small firms.
        injury_alone: Rule,
        /// 3: when such a firm is reminded of the rest, in months.
        injury_alone_reminder_months: i64,
        /// 4: papers.
        vouchers: Rule,
        /// 5: early review of retirements in county enterprises.
        early_review: Rule,
        /// 5: how early, in months.
        review_months_ahead: i64,
        /// 6: notice to public institutions.
        institution_notice: Rule,
        /// 6: how early, in months.
        notice_months_ahead: i64,
        /// 7: sick retirement in public institutions.
        sick_retirement: Rule,
        /// 8: back payment of unemployment insurance.
        unemployment_back_payment: Rule,
        /// 9: arrears of the employer and the business of its staff.
        staff_business: Rule,
        /// 10: conditions of the funeral grant.
        funeral_grant: Rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_no_formula_reads_and_a_parameter_that_no_file_holds_do_not_load() {
        let whole = crate::set::known();
        let read = |known: &BTreeSet<String>| Parameters::read(&BTreeMap::new(), known).map(|_| ());
        assert_eq!(read(&whole), Ok(()));
        let mut more = whole.clone();
        more.insert("pension/luck".to_owned());
        assert_eq!(read(&more), Err(LoadError::Unread { name: "pension/luck".to_owned() }));
        let mut fewer = whole;
        fewer.remove("pension/employee");
        assert_eq!(read(&fewer), Err(LoadError::Absent { name: "pension/employee".to_owned() }));
    }
}
