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
        Role::AgentReader => agent_reader(action),
        Role::AgentDeclarer => agent_declarer(action),
        Role::AgentPayer => agent_payer(action),
        Role::AgentManager => agent_manager(action),
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
        (Who::Agent(_, own, _), Subject::Employer(asked) | Subject::StaffOf(asked, _)) => *own == asked,
        (
            Who::Anonymous | Who::Person(_) | Who::Agent(..) | Who::Staff(..) | Who::System,
            Subject::Person(_) | Subject::Employer(_) | Subject::StaffOf(..) | Subject::Agency,
        ) => false,
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
        A::OpenAccount | A::SignIn | A::SendCode | A::StaffSignIn | A::AgentSignIn => Reach::Own,
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
        | A::ReadMessages
        | A::RegisterEmployer => Reach::Own,
        _ => Reach::No,
    }
}

const fn agent_reader(action: Action) -> Reach {
    use Action as A;
    match action {
        A::AgentSignIn | A::SignOut | A::LookAtEmployer | A::LookAtFile | A::IssueRecord => Reach::Own,
        _ => Reach::No,
    }
}

const fn agent_declarer(action: Action) -> Reach {
    use Action as A;
    match action {
        A::ChangeEmployerData | A::EnrolStaff | A::DeclareBase | A::InspectEmployer | A::BackPay => Reach::Own,
        _ => agent_reader(action),
    }
}

const fn agent_payer(action: Action) -> Reach {
    use Action as A;
    match action {
        A::IssueDemand | A::PayDemand => Reach::Own,
        _ => agent_reader(action),
    }
}

const fn agent_manager(action: Action) -> Reach {
    use Action as A;
    match action {
        A::ManageAgents => Reach::Own,
        _ => agent_reader(action),
    }
}

const fn clerk(action: Action) -> Reach {
    use Action as A;
    match action {
        A::SignOut
        | A::IssueCounterCode
        | A::RegisterPerson
        | A::RegisterEmployer
        | A::ChangeEmployerData
        | A::ManageAgents
        | A::LookAtEmployer
        | A::EnrolStaff
        | A::DeclareBase
        | A::InspectEmployer
        | A::IssueDemand
        | A::BackPay
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
        A::SignOut
        | A::LookAtFile
        | A::LookAtEmployer
        | A::SearchRegistry
        | A::ReviewWorkItem
        | A::MergePersons
        | A::ReadBooks => Reach::Any,
        _ => Reach::No,
    }
}

const fn accountant(action: Action) -> Reach {
    use Action as A;
    match action {
        A::SignOut | A::ReadBooks | A::ReconcileDay | A::ImportTaxDetail | A::LookAtEmployer => Reach::Any,
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
    use kernel::{AgentId, EmployerId, PersonId};
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
    fn an_agent_reaches_their_own_employer_and_its_staff_as_far_as_their_rights() {
        let (ours, theirs) = (EmployerId(Uuid::from_u128(1)), EmployerId(Uuid::from_u128(2)));
        let worker = PersonId(Uuid::from_u128(3));
        let agent = |role| Actor::agent(AgentId(Uuid::from_u128(4)), ours, &[role], Channel::Web);
        let declarer = agent(Role::AgentDeclarer);
        assert!(allowed(&declarer, Action::EnrolStaff, Subject::Employer(ours)));
        assert!(allowed(&declarer, Action::EnrolStaff, Subject::StaffOf(ours, worker)));
        assert!(!allowed(&declarer, Action::EnrolStaff, Subject::Employer(theirs)));
        assert!(!allowed(&declarer, Action::EnrolStaff, Subject::StaffOf(theirs, worker)));
        assert!(!allowed(&declarer, Action::LookAtFile, Subject::Person(worker)));
        assert!(!allowed(&declarer, Action::PayDemand, Subject::Employer(ours)));
        assert!(allowed(&agent(Role::AgentPayer), Action::PayDemand, Subject::Employer(ours)));
        assert!(!allowed(&agent(Role::AgentReader), Action::DeclareBase, Subject::Employer(ours)));
    }

    #[test]
    fn nobody_handles_and_reviews_by_one_role() {
        for role in Role::ALL.iter().filter(|role| **role != Role::System) {
            let both = [Action::HandleWorkItem, Action::ReviewWorkItem].iter().all(|a| reach(*role, *a) == Reach::Any);
            assert!(!both, "{role} can do both halves");
        }
    }
}
