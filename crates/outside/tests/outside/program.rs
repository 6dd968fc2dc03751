//! The program `outside`: all stand-ins in one process.

use crate::client::{http, merchant, send};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[tokio::test]
async fn it_serves_all_until_its_standard_input_closes() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.json");
    let parts = json!({
        "wechat_pay": merchant(), "bank": {"id": "ZHIJIAN", "key": "k"}, "real_name": {"id": "ZHIJIAN", "key": "k"},
        "sms": {"access_key_id": "a", "access_key_secret": "b", "sign_names": [], "templates": {}},
    });
    std::fs::write(&config, parts.to_string()).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_outside"))
        .args([
            "--until-stdin-closes",
            "--folder",
            folder.path().to_str().unwrap(),
            "--config",
            config.to_str().unwrap(),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let addresses: Value = serde_json::from_str(&line).unwrap();
    for (name, path) in [
        ("wechat_pay", "/outside/keys"),
        ("bank", "/outside/faults"),
        ("sms", "/inbox"),
        ("real_name", "/outside/faults"),
    ] {
        let url = format!("{}{path}", addresses[name].as_str().unwrap());
        assert_eq!(send(http().get(url)).await.status, 200, "{name}");
    }
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
}

#[test]
fn what_it_cannot_do_it_says_in_one_line() {
    for arguments in
        [vec![], vec!["--nonsense"], vec!["--config", "/nonexistent/config.json"], vec!["--bank-port", "x"]]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_outside")).args(&arguments).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && text.starts_with("outside: ") && text.lines().count() == 1,
            "{arguments:?} {text}"
        );
    }
}
