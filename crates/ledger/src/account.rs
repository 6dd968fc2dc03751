//! The accounts that our own code posts to. The chart itself is data (`chart.toml`); a test holds both together.

use crate::chart::chart;
use std::fmt;

/// The code of an account in the chart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub(crate) &'static str);

impl Code {
    /// The code, where the chart has such an account.
    pub fn find(text: &str) -> Option<Code> {
        chart().find(text).map(|account| account.code)
    }

    /// The digits.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// 收入户存款——银行: money on the agency's income account.
pub const INCOME_DEPOSIT: Code = Code("100201");
/// 收入户存款——支付机构在途: a gateway has it and has not yet paid it to the income account.
pub const GATEWAY_IN_TRANSIT: Code = Code("100202");
/// 收入户存款——统一收款账户: this fund's share of money that stands on the account behind the gateways, which serves another fund.
pub const COMMON_COLLECTION: Code = Code("100203");
/// 支出户存款: what benefits and refunds are paid from.
pub const EXPENDITURE_DEPOSIT: Code = Code("1003");
/// 国库存款: money that the tax office collected.
pub const TREASURY_DEPOSIT: Code = Code("1004");
/// 财政专户存款: the main pot.
pub const FISCAL_DEPOSIT: Code = Code("1005");
/// 暂收款——重复缴费: received twice, owed back.
pub const DUPLICATE_RECEIPTS: Code = Code("200101");
/// 暂收款——待查款项: received, and not yet known for what.
pub const UNMATCHED_RECEIPTS: Code = Code("200102");
/// 暂收款——代收其他基金: what stands on this fund's account for the others.
pub const COLLECTED_FOR_OTHERS: Code = Code("200103");
/// 一般基金结余: the yearly result, and what a fund begins with.
pub const OPENING: Code = Code("3001");
/// 单位缴费.
pub const CONTRIBUTION_UNIT: Code = Code("400101");
/// 个人缴费, credited to the personal account.
pub const CONTRIBUTION_WORKER: Code = Code("400102");
/// 灵活就业人员缴费, the pooled part.
pub const CONTRIBUTION_FLEXIBLE_POOLED: Code = Code("400103");
/// 灵活就业人员缴费, the part credited to the personal account.
pub const CONTRIBUTION_FLEXIBLE_ACCOUNT: Code = Code("400104");
/// 待转社会保险费收入: received, and not yet known for whose month.
pub const CONTRIBUTION_CARRIED_OVER: Code = Code("4601");
/// 滞纳金.
pub const SURCHARGE: Code = Code("450101");
/// Income of other kinds, recoveries of former years included.
pub const OTHER_INCOME: Code = Code("450199");
/// 其他支出: refunds of former years.
pub const OTHER_EXPENDITURE: Code = Code("5401");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_an_account_that_takes_postings() {
        let ours = [
            INCOME_DEPOSIT,
            GATEWAY_IN_TRANSIT,
            COMMON_COLLECTION,
            EXPENDITURE_DEPOSIT,
            TREASURY_DEPOSIT,
            FISCAL_DEPOSIT,
            DUPLICATE_RECEIPTS,
            UNMATCHED_RECEIPTS,
            COLLECTED_FOR_OTHERS,
            OPENING,
            CONTRIBUTION_UNIT,
            CONTRIBUTION_WORKER,
            CONTRIBUTION_FLEXIBLE_POOLED,
            CONTRIBUTION_FLEXIBLE_ACCOUNT,
            CONTRIBUTION_CARRIED_OVER,
            SURCHARGE,
            OTHER_INCOME,
            OTHER_EXPENDITURE,
        ];
        for code in ours {
            let account = chart().find(code.as_str()).unwrap_or_else(|| panic!("{code} is not in the chart"));
            assert!(account.takes_postings, "{code} is a heading");
            assert!(account.is_in(kernel::Fund::EnterprisePension), "{code} is not in the pension fund");
        }
    }
}
