//! What a list is for: its columns, and how a row that reads becomes a row of the roster.

use kernel::{Insurance, InsuranceSet};
use registry::roster::{LeaveReason, Leaver, Newcomer, Row};
use sheet::{Column, Entry, Form};

kernel::words! {
    /// What a list is for.
    pub(super) enum Task {
        /// 增员: people who join.
        Join = "join",
        /// 减员: people who leave.
        Leave = "leave",
    }
}

impl Task {
    /// The columns that the list must and may have.
    pub(super) const fn form(self) -> Form {
        match self {
            Task::Join => Form::JOINING,
            Task::Leave => Form::LEAVING,
        }
    }

    /// The columns in the order of our own template.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Task::Join => {
                &[Column::Name, Column::IdNumber, Column::From, Column::Wage, Column::Insurances, Column::Phone]
            }
            Task::Leave => &[Column::Name, Column::IdNumber, Column::Until, Column::Reason],
        }
    }

    /// The row of the roster. A form asks for what is needed, so that what is missing here was not needed.
    pub(super) fn row(self, entry: &Entry) -> Row {
        let (id_number, name) = (entry.id_number.reveal().to_owned(), entry.name.clone().unwrap_or_default());
        match self {
            Task::Join => Row::Enrol(Newcomer {
                id_number,
                name,
                phone: entry.phone.clone(),
                insurances: entry.insurances.as_deref().map_or(InsuranceSet::ALL, InsuranceSet::of),
                from: entry.from.unwrap_or_default(),
                wage: entry.wage.unwrap_or_default(),
            }),
            Task::Leave => Row::Suspend(Leaver {
                id_number,
                name,
                last_day: entry.until.unwrap_or_default(),
                why: why(entry.reason.as_deref().unwrap_or_default()),
            }),
        }
    }

    /// A row that reads, in the words that reading understands again.
    pub(super) fn written(self, entry: &Entry, column: Column) -> String {
        let text = |value: Option<&str>| value.unwrap_or_default().replace(['\t', '\n', '\r', '"'], " ");
        match column {
            Column::IdNumber => entry.id_number.reveal().to_owned(),
            Column::Name => text(entry.name.as_deref()),
            Column::From => entry.from.map(|day| day.to_string()).unwrap_or_default(),
            Column::Until => entry.until.map(|day| day.to_string()).unwrap_or_default(),
            Column::Wage => entry.wage.map(|wage| wage.to_string()).unwrap_or_default(),
            Column::Insurances => {
                let words = entry.insurances.iter().flatten().copied().map(Insurance::as_str);
                words.collect::<Vec<_>>().join(" ")
            }
            Column::Phone => text(entry.phone.as_deref()),
            Column::Reason => text(entry.reason.as_deref()),
        }
    }
}

/// 减员原因 as people write it; what is none of the usual words is another reason.
fn why(text: &str) -> LeaveReason {
    if let Ok(reason) = text.trim().to_lowercase().parse() {
        return reason;
    }
    let has = |words: &[&str]| words.iter().any(|word| text.to_lowercase().contains(word));
    if has(&["退休", "retire"]) {
        LeaveReason::Retired
    } else if has(&["死亡", "去世", "身故", "died", "death"]) {
        LeaveReason::Died
    } else if has(&["调动", "调出", "转移", "moved", "transfer"]) {
        LeaveReason::Moved
    } else if has(&["到期", "期满", "终止", "expired", "ended"]) {
        LeaveReason::ContractEnded
    } else if has(&["辞退", "解除", "开除", "解雇", "dismiss", "fired"]) {
        LeaveReason::Dismissed
    } else if has(&["辞职", "离职", "resign", "quit"]) {
        LeaveReason::Resigned
    } else {
        LeaveReason::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_known_by_their_usual_words() {
        for (text, reason) in [
            ("辞职", LeaveReason::Resigned),
            ("个人离职", LeaveReason::Resigned),
            ("合同到期终止", LeaveReason::ContractEnded),
            ("达到退休年龄", LeaveReason::Retired),
            ("单位解除劳动合同", LeaveReason::Dismissed),
            ("moved", LeaveReason::Moved),
            ("其他", LeaveReason::Other),
        ] {
            assert_eq!(why(text), reason, "{text}");
        }
    }
}
