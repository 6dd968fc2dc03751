//! The desk on both engines: what is done is kept with its line, what is refused leaves only its line, and both halves of a
//! work item need two officers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use control::Clock;
use control::{
    Act, Action, Actor, Channel, Confirmed, Declined, Fault, FaultKind, HandleWorkItem, IdempotencyKey, NewWorkItem,
    Op, Outcome, Purpose, ReviewWorkItem, Role, Subject, WorkItemError, WorkItemState, audit, idempotency, job, lease,
    work_items,
};
use kernel::{PersonId, StaffId, WorkItemId};
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use testkit::{Engine, Kit};
use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
enum NoteError {
    #[error("no")]
    No,
    #[error("reused")]
    Reused,
    #[error("database")]
    Database(#[from] DbErr),
}

impl Fault for NoteError {
    fn code(&self) -> &'static str {
        match self {
            NoteError::No => "no",
            NoteError::Reused => "key_reused",
            NoteError::Database(_) => "database",
        }
    }
    fn kind(&self) -> FaultKind {
        FaultKind::Conflict
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            NoteError::Database(error) => Some(error),
            NoteError::No | NoteError::Reused => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Well,
    Refused,
    Panic,
}

/// Opens a work item for a person, then ends as told.
struct Note {
    person: PersonId,
    end: End,
    key: &'static str,
}

impl Act for Note {
    const ACTION: Action = Action::PayContribution;
    type Answer = WorkItemId;
    type Error = NoteError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, NoteError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, op: &mut Op) -> Result<WorkItemId, NoteError> {
        let item =
            NewWorkItem { key: self.key, kind: "note", person: Some(self.person), detail: serde_json::json!({}) };
        let id = item.open(op).await?;
        op.promise("note", &serde_json::json!({ "item": id }))?;
        match self.end {
            End::Well => Ok(id),
            End::Refused => Err(NoteError::No),
            End::Panic => panic!("on purpose"),
        }
    }
}

fn someone(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn clerk(n: u128, role: Role) -> Actor {
    Actor::staff(StaffId(Uuid::from_u128(n)), &[role], Channel::Counter)
}

fn system() -> Actor {
    Actor::system(Channel::Worker)
}

async fn open_items(kit: &Kit) -> usize {
    work_items(&kit.desk.view(), WorkItemState::Open, 100).await.unwrap().len()
}

async fn outcomes(kit: &Kit, person: PersonId) -> Vec<Outcome> {
    audit::of_person(&kit.desk.view(), person, 100).await.unwrap().iter().map(|line| line.outcome).collect()
}

/// Takes an idempotency key and answers what it led to.
struct Once {
    key: &'static str,
    inputs: u32,
}

impl Act for Once {
    const ACTION: Action = Action::RunJob;
    type Answer = u32;
    type Error = NoteError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, NoteError> {
        Ok(Subject::Agency)
    }

    async fn act(&self, op: &mut Op) -> Result<u32, NoteError> {
        let key = IdempotencyKey::parse(self.key).unwrap();
        match idempotency::first(op, "once", &key, &self.inputs).await? {
            idempotency::First::Time => {
                idempotency::remember(op, "once", &key, &(self.inputs * 2)).await?;
                Ok(self.inputs * 2)
            }
            idempotency::First::Done(outcome) => Ok(outcome),
            idempotency::First::Reused => Err(NoteError::Reused),
        }
    }
}

fn forward_seconds(kit: &Kit, seconds: i64) {
    kit.clock.set(kit.clock.now() + chrono::TimeDelta::seconds(seconds));
}

/// What only an intruder with the owner's rights can do.
async fn intrude(kit: &Kit, statement: &str) {
    if kit.engine() == Engine::Sqlite {
        kit.tamper("drop trigger control_audit_no_update; drop trigger control_audit_no_delete").await;
    }
    kit.tamper(statement).await;
}

testkit::both_engines! {
    on [];

    async fn what_is_done_is_kept_with_its_line_and_its_job(kit: Kit) {
        let me = someone(1);
        let actor = Actor::person(me, Channel::Web);
        kit.desk.perform(&actor, Note { person: me, end: End::Well, key: "a" }).await.unwrap();
        assert_eq!(open_items(&kit).await, 1);
        assert_eq!(outcomes(&kit, me).await, vec![Outcome::Done]);
        let jobs = kit.desk.perform(&system(), job::Claim { limit: 10 }).await.unwrap();
        assert_eq!(jobs.len(), 1);
        assert!(kit.desk.perform(&system(), job::Claim { limit: 10 }).await.unwrap().is_empty(), "leased");
        let done = job::Finish { job: jobs[0].clone(), ended: job::Ended::Done };
        kit.desk.perform(&system(), done).await.unwrap();
        forward_seconds(&kit, 3600);
        assert!(kit.desk.perform(&system(), job::Claim { limit: 10 }).await.unwrap().is_empty(), "done");
    }

    async fn what_is_refused_or_breaks_off_leaves_only_its_line(kit: Kit) {
        let (me, other) = (someone(1), someone(2));
        let actor = Actor::person(me, Channel::Web);
        let refused = kit.desk.perform(&actor, Note { person: me, end: End::Refused, key: "a" }).await;
        assert!(matches!(refused, Err(Declined::Refused(NoteError::No))));
        let denied = kit.desk.perform(&actor, Note { person: other, end: End::Well, key: "b" }).await;
        assert!(matches!(denied, Err(Declined::Denied)));
        let broken = kit.desk.perform(&actor, Note { person: me, end: End::Panic, key: "c" }).await;
        assert!(matches!(broken, Err(Declined::Broken)));
        assert_eq!(open_items(&kit).await, 0);
        assert_eq!(outcomes(&kit, me).await, vec![Outcome::Refused, Outcome::Refused]);
        assert_eq!(outcomes(&kit, other).await, vec![Outcome::Denied]);
        assert!(kit.desk.perform(&system(), job::Claim { limit: 10 }).await.unwrap().is_empty());
        // The desk goes on after a panic.
        kit.desk.perform(&actor, Note { person: me, end: End::Well, key: "d" }).await.unwrap();
        assert_eq!(open_items(&kit).await, 1);
    }

    async fn acts_at_once_are_each_done_once(kit: Kit) {
        const KEYS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let tasks = (0..64u128).map(|n| {
            let desk = kit.desk.clone();
            let me = someone(n);
            tokio::spawn(async move {
                let key = KEYS[usize::try_from(n % 8).unwrap()];
                desk.perform(&Actor::person(me, Channel::Web), Note { person: me, end: End::Well, key }).await.unwrap()
            })
        });
        let mut ids = std::collections::HashSet::new();
        for task in tasks.collect::<Vec<_>>() {
            ids.insert(task.await.unwrap());
        }
        assert_eq!((ids.len(), open_items(&kit).await), (8, 8));
    }

    /// Those who share a commit with a refusal or a panic lose nothing by it, and are not done twice.
    async fn among_many_only_what_is_refused_is_lost(kit: Kit) {
        const ENDS: [End; 3] = [End::Well, End::Refused, End::Panic];
        // The second swarm meets a desk that the first has made careful.
        for swarm in [0..60u128, 60..120] {
            let tasks = swarm.clone().map(|n| {
                let (desk, me, end) = (kit.desk.clone(), someone(n), ENDS[usize::try_from(n % 3).unwrap()]);
                let key = &*Box::leak(format!("note {n}").into_boxed_str());
                tokio::spawn(async move { desk.perform(&Actor::person(me, Channel::Web), Note { person: me, end, key }).await })
            });
            for (n, task) in swarm.clone().zip(tasks.collect::<Vec<_>>()) {
                let done = task.await.unwrap();
                let told = match n % 3 {
                    0 => done.is_ok(),
                    1 => matches!(done, Err(Declined::Refused(NoteError::No))),
                    _ => matches!(done, Err(Declined::Broken)),
                };
                assert!(told, "{n}: {done:?}");
                let line = if n % 3 == 0 { Outcome::Done } else { Outcome::Refused };
                assert_eq!(outcomes(&kit, someone(n)).await, vec![line], "{n}");
            }
        }
        assert_eq!(open_items(&kit).await, 40);
        assert_eq!(kit.desk.perform(&system(), job::Claim { limit: 100 }).await.unwrap().len(), 40);
    }

    async fn a_look_leaves_a_line_and_a_stranger_sees_nothing(kit: Kit) {
        let (me, other) = (someone(1), someone(2));
        kit.desk.look(&Actor::person(me, Channel::Web), Purpose::OwnFile, me).await.unwrap();
        forward_seconds(&kit, 1);
        kit.desk.look(&clerk(9, Role::Clerk), Purpose::Counter, me).await.unwrap();
        forward_seconds(&kit, 1);
        let denied = kit.desk.look(&Actor::person(other, Channel::Web), Purpose::OwnFile, me).await;
        assert!(matches!(denied, Err(Declined::Denied)));
        assert_eq!(outcomes(&kit, me).await, vec![Outcome::Denied, Outcome::Looked, Outcome::Looked]);
    }

    async fn seals_cover_every_line_once(kit: Kit) {
        let me = someone(1);
        for _ in 0..5 {
            kit.desk.look(&Actor::person(me, Channel::Web), Purpose::OwnFile, me).await.unwrap();
        }
        assert_eq!(kit.desk.perform(&system(), audit::SealAudit).await.unwrap(), 5);
        assert_eq!(kit.desk.perform(&system(), audit::SealAudit).await.unwrap(), 0);
        forward_seconds(&kit, 7200);
        kit.desk.look(&Actor::person(me, Channel::Web), Purpose::OwnFile, me).await.unwrap();
        assert_eq!(kit.desk.perform(&system(), audit::SealAudit).await.unwrap(), 1);
        let verified = audit::verify(&kit.desk.view()).await.unwrap().unwrap();
        assert_eq!((verified.lines, verified.sealed, verified.seals), (6, 6, 2));
    }

    async fn the_service_cannot_change_what_is_append_only(kit: Kit) {
        let me = someone(1);
        kit.desk.look(&Actor::person(me, Channel::Web), Purpose::OwnFile, me).await.unwrap();
        for sql in ["update control_audit set outcome = 'done'", "delete from control_audit"] {
            assert!(kit.desk.database().bulk().execute_unprepared(sql).await.is_err(), "{sql}");
        }
    }

    async fn a_changed_line_is_found(kit: Kit) {
        let me = someone(1);
        kit.desk.look(&clerk(9, Role::Clerk), Purpose::Counter, me).await.unwrap();
        kit.desk.perform(&system(), audit::SealAudit).await.unwrap();
        intrude(&kit, "update control_audit set action = 'search_registry'").await;
        let broken = audit::verify(&kit.desk.view()).await.unwrap().unwrap_err();
        assert!(matches!(broken, control::chain::Broken::Line { seal: 1, .. }), "{broken}");
    }

    async fn a_removed_line_is_found(kit: Kit) {
        let me = someone(1);
        kit.desk.look(&clerk(9, Role::Clerk), Purpose::Counter, me).await.unwrap();
        kit.desk.perform(&system(), audit::SealAudit).await.unwrap();
        intrude(&kit, "delete from control_audit").await;
        let broken = audit::verify(&kit.desk.view()).await.unwrap().unwrap_err();
        assert!(matches!(broken, control::chain::Broken::Missing { seal: 1, .. }), "{broken}");
    }

    async fn two_officers_close_a_work_item(kit: Kit) {
        let me = someone(1);
        let note = Note { person: me, end: End::Well, key: "a" };
        let item = kit.desk.perform(&Actor::person(me, Channel::Web), note).await.unwrap();
        let handle = || HandleWorkItem { item, decision: "refund".to_owned() };
        let review = |confirmed| ReviewWorkItem { item, confirmed };
        let both = Actor::staff(StaffId(Uuid::from_u128(7)), &[Role::Clerk, Role::Reviewer], Channel::Counter);

        let early = kit.desk.perform(&both, review(Confirmed::Yes)).await;
        assert!(matches!(early, Err(Declined::Refused(WorkItemError::WrongState(WorkItemState::Open)))));
        kit.desk.perform(&both, handle()).await.unwrap();
        let twice = kit.desk.perform(&both, handle()).await;
        assert!(matches!(twice, Err(Declined::Refused(WorkItemError::WrongState(WorkItemState::Handled)))));
        let same = kit.desk.perform(&both, review(Confirmed::Yes)).await;
        assert!(matches!(same, Err(Declined::Refused(WorkItemError::SameOfficer))));
        let clerk_reviews = kit.desk.perform(&clerk(8, Role::Clerk), review(Confirmed::Yes)).await;
        assert!(matches!(clerk_reviews, Err(Declined::Denied)));
        kit.desk.perform(&clerk(9, Role::Reviewer), review(Confirmed::No)).await.unwrap();
        kit.desk.perform(&both, handle()).await.unwrap();
        kit.desk.perform(&clerk(9, Role::Reviewer), review(Confirmed::Yes)).await.unwrap();
        assert_eq!(open_items(&kit).await, 0);
        let gone = HandleWorkItem { item: WorkItemId(Uuid::nil()), decision: String::new() };
        let gone = kit.desk.perform(&both, gone).await;
        assert!(matches!(gone, Err(Declined::Refused(WorkItemError::NotFound))));
        let machine = kit.desk.perform(&system(), handle()).await;
        assert!(matches!(machine, Err(Declined::Refused(WorkItemError::NotStaff))));
    }

    async fn the_same_key_meets_its_own_answer(kit: Kit) {
        let once = |inputs| Once { key: "key-0001", inputs };
        assert_eq!(kit.desk.perform(&system(), once(21)).await.unwrap(), 42);
        assert_eq!(kit.desk.perform(&system(), once(21)).await.unwrap(), 42);
        let other = kit.desk.perform(&system(), once(22)).await;
        assert!(matches!(other, Err(Declined::Refused(NoteError::Reused))));
    }

    async fn one_holder_has_a_lease(kit: Kit) {
        let hold = |n| lease::Hold { name: "worker", holder: Uuid::from_u128(n), seconds: 30 };
        assert!(kit.desk.perform(&system(), hold(1)).await.unwrap());
        assert!(!kit.desk.perform(&system(), hold(2)).await.unwrap());
        assert!(kit.desk.perform(&system(), hold(1)).await.unwrap(), "prolonged");
        forward_seconds(&kit, 31);
        assert!(kit.desk.perform(&system(), hold(2)).await.unwrap(), "taken over");
    }

    async fn a_failed_job_comes_back_later_and_is_given_up_at_last(kit: Kit) {
        let me = someone(1);
        kit.desk.perform(&Actor::person(me, Channel::Web), Note { person: me, end: End::Well, key: "a" }).await.unwrap();
        for attempt in 1..=job::ATTEMPTS_MAX {
            forward_seconds(&kit, 4000);
            let jobs = kit.desk.perform(&system(), job::Claim { limit: 1 }).await.unwrap();
            assert_eq!(jobs.len(), 1, "attempt {attempt}");
            let failed = job::Finish { job: jobs[0].clone(), ended: job::Ended::Failed("no answer".to_owned()) };
            kit.desk.perform(&system(), failed).await.unwrap();
        }
        forward_seconds(&kit, 4000);
        assert!(kit.desk.perform(&system(), job::Claim { limit: 1 }).await.unwrap().is_empty());
        assert_eq!(job::counts(&kit.desk.view()).await.unwrap(), (0, 1));
    }
}
