//! Group commit: on SQLite there is one writer. It takes the waiting acts, runs them in one transaction and commits them
//! together, one fsync for many. Callers cannot tell.
//!
//! Nearly every group is done as a whole. Where one of its acts is not, all is rolled back and done again, each act in a
//! savepoint of its own, so that only what was refused is lost; and so are the groups that follow, for refusals come in swarms.

use crate::desk::{Commit, Inner, Trail};
use crate::op::Within;
use crate::transaction::Transaction;
use crate::{Act, Actor, Declined, checkpoint, store};
use futures::future::BoxFuture;
use sea_orm::DbErr;
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::{mpsc, oneshot};

/// So many acts share a commit at most; beyond it the first would wait too long for its answer.
const GROUP_MAX: usize = 64;
/// So many groups take savepoints after one in which an act was refused.
const CAREFUL: u32 = 16;
/// So many acts may wait for the writer before callers wait for room.
const QUEUE: usize = 1024;

/// The way into the one writing task.
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Waiting>>,
    waiting: Mutex<Option<mpsc::Receiver<Box<dyn Waiting>>>>,
}

impl Default for Writer {
    fn default() -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        Writer { queue, waiting: Mutex::new(Some(waiting)) }
    }
}

/// An act in the queue, its types hidden.
trait Waiting: Send {
    /// Runs the act, keeps its outcome and says whether it was done.
    fn run<'a>(&'a mut self, desk: &'a Inner, within: Within, trail: &'a mut Trail) -> BoxFuture<'a, bool>;
    /// Hands the outcome to whoever waits, now that the group is committed or failed.
    fn answer(self: Box<Self>, committed: &Result<(), DbErr>);
}

struct Queued<A: Act> {
    actor: Actor,
    act: A,
    outcome: Option<Result<A::Answer, Declined<A::Error>>>,
    reply: oneshot::Sender<Result<A::Answer, Declined<A::Error>>>,
}

impl Writer {
    /// Starts the writing task. It ends when the desk is dropped.
    pub(crate) fn start(&self, desk: Weak<Inner>) {
        let waiting = self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(waiting) = waiting {
            tokio::spawn(checkpoint::tend(Weak::clone(&desk)));
            // A thread of its own: the statements of acts are run where the act is (`crate::local`), and none of the threads
            // that serve people is to stand still for them.
            let runtime = tokio::runtime::Handle::current();
            std::thread::spawn(move || runtime.block_on(write(desk, waiting)));
        }
    }

    pub(crate) async fn perform<A: Act>(&self, actor: Actor, act: A) -> Result<A::Answer, Declined<A::Error>> {
        let (reply, answer) = oneshot::channel();
        let queued = Box::new(Queued { actor, act, outcome: None, reply });
        self.queue.send(queued).await.map_err(|_| Declined::Database(closed()))?;
        answer.await.map_err(|_| Declined::Database(closed()))?
    }
}

fn closed() -> DbErr {
    DbErr::Custom("the desk is closed".to_owned())
}

async fn write(desk: Weak<Inner>, mut waiting: mpsc::Receiver<Box<dyn Waiting>>) {
    let mut group: Vec<Box<dyn Waiting>> = Vec::with_capacity(GROUP_MAX);
    let mut careful = 0;
    while let Some(first) = waiting.recv().await {
        group.push(first);
        while group.len() < GROUP_MAX
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let Some(desk) = desk.upgrade() else { return };
        metrics::histogram!("zhijian_group_commit_acts").record(f64::from(u32::try_from(group.len()).unwrap_or(0)));
        let committed = commit_together(&desk, &mut group, &mut careful).await;
        if let Err(error) = &committed {
            tracing::error!(%error, acts = group.len(), "a group of acts could not be committed");
        }
        group.drain(..).for_each(|act| act.answer(&committed));
    }
}

async fn commit_together(desk: &Inner, group: &mut [Box<dyn Waiting>], careful: &mut u32) -> Result<(), DbErr> {
    *careful = careful.saturating_sub(1);
    if *careful == 0 {
        if commit_as_a_whole(desk, group).await? {
            return Ok(());
        }
        *careful = CAREFUL;
    }
    let transaction = Transaction::begin(&desk.database).await?;
    let mut trail = Trail::default();
    for act in group.iter_mut() {
        let savepoint = transaction.savepoint().await?;
        act.run(desk, Within::Own(savepoint), &mut trail).await;
    }
    finish(desk, transaction, trail).await
}

/// Runs the acts without savepoints. False where one among several was not done: then nothing of any of them remains.
async fn commit_as_a_whole(desk: &Inner, group: &mut [Box<dyn Waiting>]) -> Result<bool, DbErr> {
    let transaction = Arc::new(Transaction::begin(&desk.database).await?);
    let mut trail = Trail::default();
    let mut done = true;
    for act in group.iter_mut() {
        done = act.run(desk, Within::Shared(Arc::clone(&transaction)), &mut trail).await;
        if !done {
            break;
        }
    }
    let transaction = Arc::try_unwrap(transaction);
    let transaction = transaction.map_err(|_| DbErr::Custom("an act has kept its transaction".to_owned()))?;
    if done {
        finish(desk, transaction, trail).await?;
        return Ok(true);
    }
    transaction.rollback().await?;
    let alone = group.len() == 1;
    if alone {
        // Nobody else's work was lost with it, so it need not be done again: its line stays.
        finish(desk, Transaction::begin(&desk.database).await?, trail).await?;
    }
    Ok(alone)
}

async fn finish(desk: &Inner, transaction: Transaction, trail: Trail) -> Result<(), DbErr> {
    store::write_trail(&transaction, &trail).await?;
    transaction.commit().await?;
    desk.note_written();
    if !trail.jobs.is_empty() {
        desk.jobs.notify_one();
    }
    Ok(())
}

impl<A: Act> Waiting for Queued<A> {
    fn run<'a>(&'a mut self, desk: &'a Inner, within: Within, trail: &'a mut Trail) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let outcome = desk.run(within, &self.actor, &self.act, trail, Commit::ByGroup).await;
            self.outcome.insert(outcome).is_ok()
        })
    }

    fn answer(self: Box<Self>, committed: &Result<(), DbErr>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Declined::Broken),
            (Err(error), _) => Err(Declined::Database(DbErr::Custom(format!("the group was not committed: {error}")))),
        };
        // Whoever asked may have gone away; what was done is done.
        let _ = self.reply.send(outcome);
    }
}
