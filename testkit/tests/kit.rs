//! The kit: one test body runs on either engine, on a database that no other test has touched.

use control::{Migration, Migrations};
use sea_orm::ConnectionTrait;

const MIGRATIONS: &Migrations = &[Migration {
    id: "testkit/0001",
    sql: "create table testkit_note (id bigint primary key)",
    append_only: &["testkit_note"],
}];
const NO_ROWS: &str = "select count(*) from testkit_note";

testkit::both_engines! {
    on [MIGRATIONS];

    /// The first of two tests that would meet in a shared database.
    async fn a_row_stays_in_its_own_test(kit: Kit) {
        assert_eq!(kit.number(NO_ROWS).await, 0);
        kit.tamper("insert into testkit_note values (1)").await;
        assert_eq!(kit.number(NO_ROWS).await, 1);
    }

    /// The second of them.
    async fn a_row_of_another_test_is_not_seen(kit: Kit) {
        assert_eq!(kit.number(NO_ROWS).await, 0);
        kit.tamper("insert into testkit_note values (1)").await;
        assert_eq!(kit.number(NO_ROWS).await, 1);
    }

    /// The service's rights are the restricted ones in tests too.
    async fn the_service_cannot_change_what_is_append_only(kit: Kit) {
        let service = kit.desk.database().bulk();
        service.execute_unprepared("insert into testkit_note values (1)").await.unwrap();
        assert!(service.execute_unprepared("update testkit_note set id = 2").await.is_err());
        assert!(service.execute_unprepared("delete from testkit_note").await.is_err());
    }

    /// As two processes on one database, with one clock and one set of keys.
    async fn another_desk_shares_database_clock_and_keys(kit: Kit) {
        let other = kit.another_desk().await;
        let day = "2024-02-29".parse().unwrap();
        kit.set_today(day);
        assert_eq!(kernel::business_date(other.now()), day);
        kit.tamper("insert into testkit_note values (1)").await;
        let seen = other.database().bulk().execute_unprepared("insert into testkit_note values (1)").await;
        assert!(seen.is_err(), "the row is there already");
        let column = control::Column("testkit_note", "id");
        assert_eq!(kit.desk.keys().index(column, "a"), other.keys().index(column, "a"));
    }
}
