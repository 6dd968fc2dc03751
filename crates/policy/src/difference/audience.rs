//! Whom a parameter touches.

/// Whom a change touches, in both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Audience {
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

const fn who(zh: &'static str, en: &'static str) -> Audience {
    Audience { zh, en }
}

const EMPLOYERS: Audience = who("用人单位", "employers");
const EMPLOYEES: Audience = who("在职职工", "employees");
const FLEXIBLE: Audience = who("灵活就业人员", "flexible workers");
const PAYERS: Audience = who("职工、用人单位和灵活就业人员", "employees, employers and flexible workers");
const RETIRING: Audience = who("将要退休的人", "people who are going to retire");
const RETIRED: Audience = who("领取待遇的人", "people who draw a benefit");
const UNEMPLOYED: Audience = who("失业人员", "unemployed people");
const INJURED: Audience = who("工伤职工及其亲属", "injured workers and their families");
const FAMILIES: Audience = who("参保人去世后的亲属", "families of insured people who died");
const MOVING: Audience = who("跨省转移关系的人", "people who move to another province");
const LATE: Audience = who("逾期缴费的人和单位", "people and employers who pay late");
const ACCOUNTS: Audience = who("有个人账户的人", "everyone with a personal account");
const INSTITUTIONS: Audience = who("机关事业单位及其职工", "public institutions and their staff");
const INDEBTED: Audience = who("欠费单位的职工", "staff of employers in arrears");
const ALL: Audience = who("参保人", "insured people");

/// The first prefix that fits a name says whom it touches; longer ones stand before the shorter ones that they refine.
const BY_PREFIX: &[(&str, Audience)] = &[
    ("pension/employer", EMPLOYERS),
    ("pension/employee", EMPLOYEES),
    ("pension/relief", EMPLOYERS),
    ("pension/flexible", FLEXIBLE),
    ("pension/account_share", PAYERS),
    ("pension/", RETIRING),
    ("medical/employer", EMPLOYERS),
    ("medical/employee", EMPLOYEES),
    ("medical/flexible", FLEXIBLE),
    ("medical/", RETIRING),
    ("unemployment/employer", EMPLOYERS),
    ("unemployment/employee", EMPLOYEES),
    ("unemployment/benefit", UNEMPLOYED),
    ("minimum_wage/", UNEMPLOYED),
    ("injury/class_rates", EMPLOYERS),
    ("injury/factors", EMPLOYERS),
    ("injury/temporary_cuts", EMPLOYERS),
    ("injury/", INJURED),
    ("maternity/", EMPLOYERS),
    ("base/", PAYERS),
    ("flexible/", FLEXIBLE),
    ("surcharge/", LATE),
    ("account/", ACCOUNTS),
    ("housing_fund/", who("缴存住房公积金的职工和单位", "employees and employers who save for housing")),
    ("collection/employer", EMPLOYERS),
    ("collection/flexible", FLEXIBLE),
    ("income/", FAMILIES),
    ("survivor/", FAMILIES),
    ("transfer/", MOVING),
    ("retirement/", RETIRING),
    ("allowance/", who("因病或非因工致残的职工", "employees disabled by illness or outside work")),
    ("certification/", RETIRED),
    ("inspection/", EMPLOYERS),
    ("deadline/injury", INJURED),
    ("deadline/transfer", MOVING),
    ("deadline/unemployment_employer", EMPLOYERS),
    ("deadline/agency", who("向经办机构申请的人", "people who apply to the agency")),
    ("reform/enrolment_in_arrears", who("欠费单位和新招用的职工", "employers in arrears and their new staff")),
    ("reform/gap_back_payment", EMPLOYERS),
    ("reform/injury_alone", who("小微企业及其职工", "small firms and their staff")),
    ("reform/vouchers", EMPLOYERS),
    ("reform/early_review", who("县区企业将要退休的职工", "staff of county enterprises who are going to retire")),
    (
        "reform/review_months_ahead",
        who("县区企业将要退休的职工", "staff of county enterprises who are going to retire"),
    ),
    ("reform/institution_notice", INSTITUTIONS),
    ("reform/notice_months_ahead", INSTITUTIONS),
    ("reform/sick_retirement", INSTITUTIONS),
    (
        "reform/unemployment_back_payment",
        who("漏报失业保险费的职工和破产企业职工", "people whose months were omitted, and staff of bankrupt firms"),
    ),
    ("reform/staff_business", INDEBTED),
    ("reform/funeral_grant", FAMILIES),
    ("tables/debt_blocks", INDEBTED),
    ("roster/", who("用人单位及其增减的职工", "employers and staff who join or leave")),
];

impl Audience {
    /// Whom a parameter or a cell touches.
    pub(super) fn of(name: &str) -> Audience {
        BY_PREFIX.iter().find(|(prefix, _)| name.starts_with(prefix)).map_or(ALL, |(_, audience)| *audience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_touches_somebody_in_particular() {
        let at_large: Vec<String> = crate::set::known().into_iter().filter(|name| Audience::of(name) == ALL).collect();
        assert_eq!(at_large, Vec::<String>::new());
    }
}
