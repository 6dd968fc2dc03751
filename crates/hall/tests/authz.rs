//! The authorisation matrix as an auditor reads it: who may do what to whose file. A right that is given or taken shows here
//! as a changed line, to be approved by whoever answers for it.

#![allow(clippy::unwrap_used, reason = "tests")]

use control::{Action, Reach, Role, reach};

/// A mark a cell: everybody's file, the own file, not at all.
fn mark(role: Role, action: Action) -> &'static str {
    match reach(role, action) {
        Reach::Any => "any",
        Reach::Own => "own",
        Reach::No => ".",
    }
}

fn matrix() -> String {
    let row = |head: &str, cells: Vec<&str>| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>15}")).collect();
        format!("{head:<22}{cells}\n")
    };
    let mut text = row("", Role::ALL.iter().map(|role| role.as_str()).collect());
    for action in Action::ALL {
        text += &row(action.as_str(), Role::ALL.iter().map(|role| mark(*role, *action)).collect());
    }
    text
}

#[test]
fn the_matrix_is_as_approved() {
    insta::assert_snapshot!("authorisation", matrix());
}

/// 劳社部发〔2007〕2号: whoever handles does not review, whoever keeps the books does neither, and nobody who keeps the
/// machines running does any business.
#[test]
fn duties_are_separate() {
    let may = |role: Role, action: Action| reach(role, action) != Reach::No;
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::System) {
        let handles = may(role, Action::HandleWorkItem);
        let reviews = may(role, Action::ReviewWorkItem);
        assert!(!(handles && reviews), "{role} both handles and reviews");
        let of_money = [Action::SettlePayment, Action::RefundPayment, Action::PostJournal, Action::CreditInterest];
        assert!(!of_money.iter().any(|action| may(role, *action)), "{role} moves money alone");
    }
    let business = [Action::PayContribution, Action::ChangePersonData, Action::LookAtFile, Action::IssueRecord];
    for role in [Role::Engineer, Role::Accountant, Role::Anonymous] {
        assert!(!business.iter().any(|action| may(role, *action)), "{role} does business");
    }
}

#[test]
fn a_person_reaches_nobody_else_and_a_stranger_only_the_door() {
    for action in Action::ALL {
        assert_ne!(reach(Role::Person, *action), Reach::Any, "a person and {action}");
        let door = [Action::OpenAccount, Action::SignIn, Action::SendCode, Action::StaffSignIn, Action::AgentSignIn]
            .contains(action);
        assert_eq!(reach(Role::Anonymous, *action) != Reach::No, door, "anybody and {action}");
    }
}

#[test]
fn what_only_the_machinery_may_do_is_as_approved() {
    let only_machinery: Vec<&str> = Action::ALL
        .iter()
        .filter(|action| Role::ALL.iter().all(|role| *role == Role::System || reach(*role, **action) == Reach::No))
        .map(|action| action.as_str())
        .collect();
    insta::assert_snapshot!(only_machinery.join(" "), @"assess_month record_attempt settle_payment close_order refund_payment assess_supplement credit_interest send_message seal run_job post_journal load_population");
}
