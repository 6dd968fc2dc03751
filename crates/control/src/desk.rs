//! The desk itself: permission before, the act inside one transaction, audit line and commit after.

use crate::audit::{NewLine, Outcome};
use crate::group::Writer;
use crate::job::NewJob;
use crate::op::{Keep, Within};
use crate::transaction::Transaction;
use crate::{
    Act, Action, Actor, Clock, Database, Declined, Engine, Fault, Keys, Op, Purpose, Subject, View, allowed, store,
};
use futures::FutureExt;
use kernel::{AreaCode, EmployerId, PersonId};
use sea_orm::{DbErr, RuntimeErr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// The desk of one area. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) area: AreaCode,
    pub(crate) database: Database,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    /// Rings when a job was promised, so that the worker need not look all the time.
    pub(crate) jobs: Notify,
    writer: Option<Writer>,
    /// Whether anything was committed since the last checkpoint.
    written: AtomicBool,
}

/// What one or several acts leave beside their own rows: written together before the commit.
#[derive(Default)]
pub(crate) struct Trail {
    pub(crate) lines: Vec<NewLine>,
    pub(crate) jobs: Vec<NewJob>,
}

/// PostgreSQL may ask for the same again: a serialisation failure, a deadlock, a server that goes down or comes back.
const TRIES: u32 = 6;

impl Desk {
    /// The desk of an area on an open, migrated database.
    pub fn open(area: AreaCode, database: Database, keys: Keys, clock: Arc<dyn Clock>) -> Desk {
        let writer = (database.engine == Engine::Sqlite).then(Writer::default);
        let written = AtomicBool::new(false);
        let desk =
            Desk(Arc::new(Inner { area, database, keys: Arc::new(keys), clock, jobs: Notify::new(), writer, written }));
        if let Some(writer) = &desk.0.writer {
            writer.start(Arc::downgrade(&desk.0));
        }
        desk
    }

    /// The area whose desk this is.
    pub fn area(&self) -> AreaCode {
        self.0.area
    }

    /// The database under it, for bulk loaders and for closing it at the end.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// The keys of this area.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The moment by this desk's clock.
    pub fn now(&self) -> kernel::Timestamp {
        self.0.clock.now()
    }

    /// Does one piece of business for an actor.
    ///
    /// # Errors
    /// [`Declined`]: denied, refused by the act, or the database failed.
    pub async fn perform<A: Act>(&self, actor: &Actor, act: A) -> Result<A::Answer, Declined<A::Error>> {
        let done = match &self.0.writer {
            Some(writer) => writer.perform(actor.clone(), act).await,
            None => self.0.perform_on_server(actor, &act).await,
        };
        if let Err(declined) = &done {
            note(A::ACTION, declined);
        }
        done
    }

    /// Looks at a person's file: checks the right, leaves a line that the person can see, and gives the reading half.
    ///
    /// # Errors
    /// [`Declined::Denied`] without the right; the denial leaves its line too.
    pub async fn look(&self, actor: &Actor, purpose: Purpose, person: PersonId) -> Result<View, Declined<LookError>> {
        self.perform(actor, Look { purpose, person }).await?;
        Ok(self.view())
    }

    /// Looks at an employer's file.
    ///
    /// # Errors
    /// [`Declined::Denied`] without the right; the denial leaves its line too.
    pub async fn look_at_employer(
        &self,
        actor: &Actor,
        purpose: Purpose,
        employer: EmployerId,
    ) -> Result<View, Declined<LookError>> {
        self.perform(actor, LookAtEmployer { purpose, employer }).await?;
        Ok(self.view())
    }

    /// The reading half for what is nobody's file: public pages, sign-in, the machinery.
    pub fn view(&self) -> View {
        View::outside(self.0.database.read.clone(), self.0.clock.now(), self.0.area, self.0.keys.clone())
    }

    /// Waits until a job is promised, or until the time is over.
    pub async fn wait_for_jobs(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.0.jobs.notified()).await;
    }
}

impl Inner {
    /// Remembers that there is something to copy into the file.
    pub(crate) fn note_written(&self) {
        self.written.store(true, Ordering::Relaxed);
    }

    /// Whether there was, and forgets it.
    pub(crate) fn has_written(&self) -> bool {
        self.written.swap(false, Ordering::Relaxed)
    }

    /// One act in one transaction on a server, done again where the server asks for it.
    async fn perform_on_server<A: Act>(&self, actor: &Actor, act: &A) -> Result<A::Answer, Declined<A::Error>> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.try_on_server(actor, act).await {
                Err(declined) if tried < TRIES && database_of(&declined).is_some_and(asks_again) => {
                    metrics::counter!("zhijian_desk_retries_total").increment(1);
                    tokio::time::sleep(Duration::from_millis(5 << tried)).await;
                }
                done => return done,
            }
        }
    }

    async fn try_on_server<A: Act>(&self, actor: &Actor, act: &A) -> Result<A::Answer, Declined<A::Error>> {
        let mut trail = Trail::default();
        let transaction = Transaction::begin(&self.database).await.map_err(Declined::Database)?;
        let done = self.run(Within::Own(transaction), actor, act, &mut trail, Commit::WithTrail).await;
        if done.is_err() && !trail.lines.is_empty() {
            let alone = Transaction::begin(&self.database).await.map_err(Declined::Database)?;
            store::write_trail(&alone, &trail).await.map_err(Declined::Database)?;
            alone.commit().await.map_err(Declined::Database)?;
        }
        if done.is_ok() && !trail.jobs.is_empty() {
            self.jobs.notify_one();
        }
        done
    }

    /// Runs an act and closes what is its own: kept when done, rolled back when not. The audit line and the jobs go to the trail.
    pub(crate) async fn run<A: Act>(
        &self,
        within: Within,
        actor: &Actor,
        act: &A,
        trail: &mut Trail,
        commit: Commit,
    ) -> Result<A::Answer, Declined<A::Error>> {
        let mut op = Op::new(within, self.clock.now(), self.area, self.keys.clone(), actor.clone());
        let mut subject = Subject::Nobody;
        let work = AssertUnwindSafe(checked(&mut op, actor, act, &mut subject)).catch_unwind();
        let done = work.await.unwrap_or(Err(Declined::Broken));
        let outcome = match &done {
            Ok(_) => Some(Outcome::Done),
            Err(declined) => declined.outcome(),
        };
        let reason = done.as_ref().err().map(|declined| declined.code().to_owned());
        if let Some(outcome) = outcome.filter(|outcome| A::AUDITED || *outcome != Outcome::Done) {
            trail.lines.push(line(&op, act, subject, outcome, reason));
        }
        let keep = if done.is_ok() { Keep::Everything } else { Keep::Nothing };
        if let (Commit::WithTrail, Keep::Everything) = (&commit, &keep) {
            trail.jobs.append(&mut op.jobs);
            op.write(trail).await.map_err(Declined::Database)?;
        }
        let jobs = op.close(keep).await.map_err(Declined::Database)?;
        if done.is_ok() {
            trail.jobs.extend(jobs);
        }
        done
    }
}

/// Who writes the trail.
pub(crate) enum Commit {
    /// The act's own transaction, before its commit.
    WithTrail,
    /// The group, once for all its acts.
    ByGroup,
}

async fn checked<A: Act>(
    op: &mut Op,
    actor: &Actor,
    act: &A,
    subject: &mut Subject,
) -> Result<A::Answer, Declined<A::Error>> {
    *subject = act.subject(op).await.map_err(Declined::Refused)?;
    if !allowed(actor, A::ACTION, *subject) {
        return Err(Declined::Denied);
    }
    act.act(op).await.map_err(Declined::Refused)
}

fn line<A: Act>(op: &Op, act: &A, subject: Subject, outcome: Outcome, reason: Option<String>) -> NewLine {
    let (outcome, reason) = match (outcome, act.look_purpose()) {
        (Outcome::Done, Some(purpose)) => (Outcome::Looked, Some(purpose.as_str().to_owned())),
        (outcome, _) => (outcome, reason),
    };
    NewLine {
        id: op.new_id(),
        at: op.at(),
        actor: op.actor().clone(),
        action: A::ACTION,
        subject,
        outcome,
        reason,
        detail: act.detail().map(|detail| detail.to_string()),
    }
}

fn database_of<E: Fault>(declined: &Declined<E>) -> Option<&DbErr> {
    match declined {
        Declined::Refused(fault) => fault.database(),
        Declined::Database(error) => Some(error),
        Declined::Denied | Declined::Broken => None,
    }
}

/// Whether an error says "the same again": decided by the class of its SQLSTATE, never by its words.
fn asks_again(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(source))
    | DbErr::Query(RuntimeErr::SqlxError(source))
    | DbErr::Conn(RuntimeErr::SqlxError(source))) = error
    else {
        return false;
    };
    if let sqlx::Error::Io(_) = source.as_ref() {
        return true;
    }
    source.as_database_error().and_then(|database| database.code()).is_some_and(|code| {
        matches!(code.as_ref(), "40001" | "40P01" | "25006") || code.starts_with("08") || code.starts_with("57P0")
    })
}

fn note<E: Fault>(action: Action, declined: &Declined<E>) {
    match database_of(declined) {
        Some(error) => tracing::error!(%action, error = %error, "the database failed under an act"),
        None if matches!(declined, Declined::Broken) => tracing::error!(%action, "an act panicked"),
        None => tracing::info!(%action, code = declined.code(), "refused"),
    }
}

struct Look {
    purpose: Purpose,
    person: PersonId,
}

/// Why a look was refused, beside a denial.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The database failed.
    #[error("the file could not be read")]
    Database(#[from] DbErr),
}

impl Fault for LookError {
    fn code(&self) -> &'static str {
        "database"
    }
    fn kind(&self) -> crate::FaultKind {
        crate::FaultKind::Internal
    }
    fn database(&self) -> Option<&DbErr> {
        match self {
            LookError::Database(error) => Some(error),
        }
    }
}

impl Act for Look {
    const ACTION: Action = Action::LookAtFile;
    type Answer = ();
    type Error = LookError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, LookError> {
        Ok(Subject::Person(self.person))
    }

    async fn act(&self, _: &mut Op) -> Result<(), LookError> {
        Ok(())
    }

    fn look_purpose(&self) -> Option<Purpose> {
        Some(self.purpose)
    }
}

struct LookAtEmployer {
    purpose: Purpose,
    employer: EmployerId,
}

impl Act for LookAtEmployer {
    const ACTION: Action = Action::LookAtEmployer;
    type Answer = ();
    type Error = LookError;

    async fn subject(&self, _: &mut Op) -> Result<Subject, LookError> {
        Ok(Subject::Employer(self.employer))
    }

    async fn act(&self, _: &mut Op) -> Result<(), LookError> {
        Ok(())
    }

    fn look_purpose(&self) -> Option<Purpose> {
        Some(self.purpose)
    }
}
