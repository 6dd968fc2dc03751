//! Which column is which: by its header in Chinese or English, or by what stands under it where there is no header.

use crate::day::Epoch;
use crate::plain::without_blanks;
use crate::table::{Cell, Row};
use crate::{amount, day, entry};
use kernel::IdNumber;

kernel::words! {
    /// What a column of a roster may hold.
    pub enum Column {
        /// 公民身份号码.
        IdNumber = "id_number",
        /// 姓名.
        Name = "name",
        /// From which day: 参保日期, 入职日期.
        From = "from",
        /// Until which day: 停保日期, 离职日期.
        Until = "until",
        /// 月缴费工资.
        Wage = "wage",
        /// 险种.
        Insurances = "insurances",
        /// 手机号.
        Phone = "phone",
        /// 原因, 说明.
        Reason = "reason",
    }
}

impl Column {
    /// Headers that mean this column, without blanks, marks and what stands in brackets, in small letters.
    #[expect(clippy::too_many_lines, reason = "a table: a line a word")]
    const fn headers(self) -> &'static [&'static str] {
        match self {
            Column::IdNumber => &[
                "公民身份号码",
                "公民身份证号码",
                "身份证号码",
                "身份证号",
                "身份证",
                "身份号码",
                "社会保障号码",
                "社会保障号",
                "社保号",
                "社保号码",
                "证件号码",
                "证件号",
                "有效证件号码",
                "idnumber",
                "identitynumber",
                "idcard",
                "idcardnumber",
                "idno",
                "idno.",
                "id",
                "citizenid",
                "identitycard",
                "identitycardnumber",
            ],
            Column::Name => &[
                "姓名",
                "名字",
                "员工姓名",
                "职工姓名",
                "人员姓名",
                "参保人",
                "参保人姓名",
                "员工",
                "职工",
                "name",
                "fullname",
                "employee",
                "employeename",
            ],
            Column::From => &[
                "参保日期",
                "参保时间",
                "参保月份",
                "参保年月",
                "入职日期",
                "入职时间",
                "增员日期",
                "增加日期",
                "起始日期",
                "开始日期",
                "生效日期",
                "用工日期",
                "录用日期",
                "续保日期",
                "startdate",
                "start",
                "from",
                "hiredate",
                "hired",
                "joined",
                "joiningdate",
                "dateofjoining",
            ],
            Column::Until => &[
                "停保日期",
                "停保时间",
                "停保月份",
                "停保年月",
                "离职日期",
                "离职时间",
                "减员日期",
                "减少日期",
                "终止日期",
                "结束日期",
                "解除日期",
                "enddate",
                "end",
                "until",
                "left",
                "leavingdate",
                "dateofleaving",
                "lastday",
            ],
            Column::Wage => &[
                "缴费工资",
                "月缴费工资",
                "工资",
                "月工资",
                "申报工资",
                "月申报工资",
                "缴费基数",
                "月缴费基数",
                "基数",
                "申报基数",
                "工资总额",
                "月平均工资",
                "月均工资",
                "上年月平均工资",
                "上年度月平均工资",
                "应发工资",
                "wage",
                "wages",
                "monthlywage",
                "salary",
                "monthlysalary",
                "base",
                "contributionbase",
            ],
            Column::Insurances => &["险种", "参保险种", "险种类型", "insurance", "insurances", "insurancetypes"],
            Column::Phone => &[
                "手机",
                "手机号",
                "手机号码",
                "联系电话",
                "联系方式",
                "电话",
                "移动电话",
                "phone",
                "mobile",
                "telephone",
            ],
            Column::Reason => &[
                "原因",
                "减员原因",
                "停保原因",
                "离职原因",
                "减少原因",
                "变动原因",
                "说明",
                "情况说明",
                "理由",
                "备注",
                "reason",
                "remark",
                "remarks",
                "note",
                "explanation",
            ],
        }
    }

    /// A header that says only "date" is the day that this kind of file is about.
    fn named_plainly(self, header: &str) -> bool {
        match self {
            Column::From | Column::Until => matches!(header, "日期" | "时间" | "年月" | "月份" | "date" | "month"),
            Column::IdNumber | Column::Name | Column::Wage | Column::Insurances | Column::Phone | Column::Reason => {
                false
            }
        }
    }

    /// The wanted column that a header names.
    pub(crate) fn of_header(cell: &Cell, wanted: &[Column]) -> Option<Column> {
        let header = bare(cell.text());
        let named = |column: &Column| column.headers().contains(&header.as_str());
        let found = wanted.iter().find(|column| named(column));
        found.or_else(|| wanted.iter().find(|column| column.named_plainly(&header))).copied()
    }

    /// The wanted column whose kind of values stands in most of these cells; decided by what is hardest to mistake first.
    pub(crate) fn of_content(rows: &[Row], place: usize, wanted: &[Column], epoch: Epoch) -> Option<Column> {
        let filled = || rows.iter().filter_map(|row| row.cells.get(place)).filter(|cell| !cell.is_blank());
        let most = filled().count() / 2;
        let order = [
            Column::IdNumber,
            Column::Phone,
            Column::From,
            Column::Until,
            Column::Wage,
            Column::Insurances,
            Column::Name,
        ];
        let fits = |column: &Column| filled().filter(|cell| column.looks_like(cell, epoch)).count() > most;
        order.into_iter().filter(|column| wanted.contains(column)).find(fits)
    }

    fn looks_like(self, cell: &Cell, epoch: Epoch) -> bool {
        let text = without_blanks(cell.text());
        match self {
            Column::IdNumber => IdNumber::parse(&text).is_ok(),
            Column::Phone => entry::phone(cell).is_ok(),
            Column::From | Column::Until => {
                let marked = text.contains(['-', '/', '.', '年']) || text.len() == 8;
                marked && day::day(&Cell::Text(text), epoch).is_ok()
            }
            Column::Wage => amount::amount(cell).is_ok(),
            Column::Insurances => entry::insurances(cell).is_ok(),
            Column::Name => entry::name(cell).is_ok(),
            Column::Reason => false,
        }
    }
}

/// `*身份证号码（必填）：` as `身份证号码`.
fn bare(header: &str) -> String {
    let plain = without_blanks(header).to_lowercase();
    let outside = plain.split(['(', '[', '【']).next().unwrap_or_default();
    outside.chars().filter(|c| !matches!(c, '*' | ':' | '_' | '-' | '"' | '\'')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, column: Option<Column>) {
        assert_eq!(Column::of_header(&Cell::Text(header.to_owned()), Column::ALL), column, "{header}");
    }

    #[test]
    fn headers_are_known_in_both_languages() {
        check("*身份证号码（必填）", Some(Column::IdNumber));
        check(" 姓 名 ", Some(Column::Name));
        check("ID Number", Some(Column::IdNumber));
        check("monthly_wage", Some(Column::Wage));
        check("月缴费工资（元）", Some(Column::Wage));
        check("入职日期", Some(Column::From));
        check("date", Some(Column::From));
        check("部门", None);
    }
}
