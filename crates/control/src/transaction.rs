//! A transaction: the driver's, and on SQLite beside it the way to the same connection without the driver's thread.

use crate::local::Local;
use crate::{Database, Engine};
use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait};
use std::sync::Arc;

pub(crate) struct Transaction {
    // Dropped before the driver's transaction, which keeps the connection open for it.
    local: Option<Arc<Local>>,
    driver: DatabaseTransaction,
}

impl Transaction {
    /// Begins a transaction that may write; on SQLite it holds the write lock from its first moment.
    pub(crate) async fn begin(database: &Database) -> Result<Transaction, DbErr> {
        let options = sea_orm::TransactionOptions {
            sqlite_transaction_mode: Some(sea_orm::SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let driver = database.write.begin_with_options(options).await?;
        let local = match database.engine {
            Engine::Sqlite => database.handle.local(database.hear.clone())?.map(Arc::new),
            Engine::Postgres => None,
        };
        Ok(Transaction { local, driver })
    }

    /// A savepoint within it.
    pub(crate) async fn savepoint(&self) -> Result<Transaction, DbErr> {
        #[expect(clippy::disallowed_methods, reason = "a savepoint of the group's own transaction")]
        let driver = self.driver.begin().await?;
        Ok(Transaction { local: self.local.clone(), driver })
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        drop(self.local);
        self.driver.commit().await
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        drop(self.local);
        self.driver.rollback().await
    }

    /// For SeaORM's queries.
    pub(crate) const fn driver(&self) -> &DatabaseTransaction {
        &self.driver
    }

    /// For hand-written statements, where they need not go through the driver.
    pub(crate) fn local(&self) -> Option<&Local> {
        self.local.as_deref()
    }
}
