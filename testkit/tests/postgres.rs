//! The throwaway server: it starts as any user, forgets nothing it should keep and leaves nothing behind.

use sqlx::{Connection, Executor, PgConnection, Row};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use testkit::postgres::{Durability, Server};

#[tokio::test]
async fn answers_over_its_socket_and_copies_a_template() {
    let server = Server::shared();
    let original = server.create_database("original", "template0").await.unwrap();
    let mut connection = PgConnection::connect(&original).await.unwrap();
    connection.execute("create table filled (a bigint)").await.unwrap();
    connection.execute("insert into filled values (7)").await.unwrap();
    connection.close().await.unwrap();
    let copy = server.copy_database("original").await.unwrap();
    assert_ne!(copy, original);
    let mut connection = PgConnection::connect(&copy).await.unwrap();
    let row = connection.fetch_one("select a, current_setting('fsync') as fsync from filled").await.unwrap();
    assert_eq!(row.get::<i64, _>("a"), 7);
    assert_eq!(row.get::<String, _>("fsync"), "off");
}

#[tokio::test]
async fn a_durable_server_flushes_and_is_gone_when_dropped() {
    let server = Server::start(Durability::Durable).unwrap();
    let folder = server.socket_folder().to_owned();
    let mut connection = PgConnection::connect(&server.url("postgres")).await.unwrap();
    let row = connection.fetch_one("select current_setting('fsync') as fsync").await.unwrap();
    assert_eq!(row.get::<String, _>("fsync"), "on");
    drop(server);
    assert!(!folder.exists());
    assert!(connection.ping().await.is_err());
}

/// Run again as a child of `killed_without_warning_…`: it starts a server, says where, and waits to be killed.
#[tokio::test]
async fn stand_until_killed() {
    if std::env::var_os("TESTKIT_STAND_UNTIL_KILLED").is_none() {
        return;
    }
    let server = Server::start(Durability::Forgetful).unwrap();
    println!("\nfolder={}", server.socket_folder().display());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn killed_without_warning_it_takes_its_server_along_and_the_next_start_sweeps() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "stand_until_killed", "--nocapture"])
        .env("TESTKIT_STAND_UNTIL_KILLED", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let folder = lines.find_map(|line| line.strip_prefix("folder=").map(PathBuf::from)).unwrap();
    let url = format!("postgres://postgres@localhost/postgres?host={}", folder.display());
    let mut connection = PgConnection::connect(&url).await.unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    // The server's end closes the connection, so this ends long before its time, or the server lives on.
    let asleep = connection.execute("select pg_sleep(30)").await;
    assert!(asleep.is_err(), "the server outlived its parent");
    let next = Server::start(Durability::Forgetful).unwrap();
    assert!(!folder.exists(), "the next start sweeps what was left");
    drop(next);
}
