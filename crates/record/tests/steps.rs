//! The steps of the schema on a database that already holds papers.
#![allow(clippy::unwrap_used, reason = "tests")]

use kernel::{PersonId, RecordId};
use record::HolderId;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

testkit::both_engines! {
    on [];

    /// Papers issued before employers had any are persons' papers still, and stay unchangeable.
    async fn what_was_issued_before_is_kept(kit: Kit) {
        control::migrate(kit.url(), &[&record::MIGRATIONS[..1]]).await.unwrap();
        let (id, person) = (Uuid::from_u128(5), Uuid::from_u128(6));
        let bulk = kit.desk.database().bulk();
        const ISSUED: &str = "insert into record_issue (id, serial, verify_code, kind, person_id, channel, issued_at) \
            values ($1, 'PZ-130400-2025-00000001', 'A', 'voucher', $2, 'web', $3)";
        let values = [id.into(), person.into(), kit.desk.now().into()];
        let issued = Statement::from_sql_and_values(bulk.get_database_backend(), ISSUED, values);
        bulk.execute_raw(issued).await.unwrap();
        assert_eq!(control::migrate(kit.url(), &[record::MIGRATIONS]).await.unwrap(), 1);
        let owner = record::owner(&kit.desk.view(), RecordId(id)).await.unwrap();
        assert_eq!(owner, Some(HolderId::Person(PersonId(person))));
        let changed = bulk.execute_unprepared("update record_issue set kind = 'entitlement'").await;
        assert!(changed.is_err(), "what was issued is never changed");
    }
}
