//! The permission matrix: role x action. What is not written here is denied.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "deny by default: a new action belongs to nobody until it is given"
)]

use crate::{Action, Actor, Role, Subject, Who};

/// How far a right reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reach {
    /// Not at all.
    No,
    /// To the own file, or to what belongs to nobody.
    Own,
    /// To every file.
    Any,
}

/// How far a role's right to an action reaches. The one place where rights are given.
pub const fn reach(role: Role, action: Action) -> Reach {
    match role {
        Role::Anonymous => anonymous(action),
        Role::Person => person(action),
        Role::Clerk => clerk(action),
        Role::Reviewer => reviewer(action),
        Role::Accountant => accountant(action),
        Role::Engineer => engineer(action),
        Role::System => Reach::Any,
    }
}

/// Whether the actor may do this to this subject: one of the roles reaches far enough.
pub fn allowed(actor: &Actor, action: Action, subject: Subject) -> bool {
    let own = match (&actor.who, subject) {
        (_, Subject::Nobody) => true,
        (Who::Person(own), Subject::Person(asked)) => *own == asked,
        (Who::Anonymous | Who::Staff(..) | Who::System, Subject::Person(_)) | (_, Subject::Agency) => false,
    };
    actor.roles().iter().any(|role| match reach(*role, action) {
        Reach::No => false,
        Reach::Own => own,
        Reach::Any => true,
    })
}

const fn anonymous(action: Action) -> Reach {
    use Action as A;
    match action {
        A::OpenAccount | A::SignIn | A::SendCode | A::StaffSignIn => Reach::Own,
        _ => Reach::No,
    }
}

const fn person(action: Action) -> Reach {
    use Action as A;
    match action {
        A::SignIn
        | A::SendCode
        | A::SignOut
        | A::ChangeSignIn
        | A::RegisterFlexible
        | A::ResumeFlexible
        | A::SuspendFlexible
        | A::ChangePersonData
        | A::LookAtFile
        | A::PayContribution
        | A::CancelBill
        | A::IssueRecord
        | A::ExportFile
        | A::ReadMessages => Reach::Own,
        _ => Reach::No,
    }
}

const fn clerk(action: Action) -> Reach {
    use Action as A;
    match action {
        A::SignOut
        | A::IssueCounterCode
        | A::RegisterPerson
        | A::RegisterFlexible
        | A::ResumeFlexible
        | A::SuspendFlexible
        | A::ChangePersonData
        | A::LookAtFile
        | A::SearchRegistry
        | A::PayContribution
        | A::CancelBill
        | A::IssueRecord
        | A::HandleWorkItem => Reach::Any,
        _ => Reach::No,
    }
}

const fn reviewer(action: Action) -> Reach {
    use Action as A;
    match action {
        A::SignOut | A::LookAtFile | A::SearchRegistry | A::ReviewWorkItem | A::MergePersons | A::ReadBooks => {
            Reach::Any
        }
        _ => Reach::No,
    }
}

const fn accountant(action: Action) -> Reach {
    use Action as A;
    match action {
        A::SignOut | A::ReadBooks | A::ReconcileDay => Reach::Any,
        _ => Reach::No,
    }
}

const fn engineer(action: Action) -> Reach {
    use Action as A;
    match action {
        A::SignOut | A::ManageStaff | A::RotateKeys => Reach::Any,
        _ => Reach::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channel;
    use kernel::PersonId;
    use uuid::Uuid;

    #[test]
    fn a_person_reaches_their_own_file_and_no_other() {
        let (me, other) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let actor = Actor::person(me, Channel::Web);
        assert!(allowed(&actor, Action::PayContribution, Subject::Person(me)));
        assert!(!allowed(&actor, Action::PayContribution, Subject::Person(other)));
        assert!(!allowed(&actor, Action::PayContribution, Subject::Agency));
        assert!(!allowed(&actor, Action::SettlePayment, Subject::Person(me)));
    }

    #[test]
    fn nobody_handles_and_reviews_by_one_role() {
        for role in Role::ALL.iter().filter(|role| **role != Role::System) {
            let both = [Action::HandleWorkItem, Action::ReviewWorkItem].iter().all(|a| reach(*role, *a) == Reach::Any);
            assert!(!both, "{role} can do both halves");
        }
    }
}
