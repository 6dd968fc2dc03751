//! Serves every stand-in in one process, so that they live on while the hall is killed. Usage stands in the library's documentation.
//!
//! Refuses an unknown flag, and a configuration in which nothing is to be served.

use outside::{StartError, bank, real_name, sms, wechat_pay};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = "outside --config FILE [--folder DIR] [--wechat-pay-port N] [--bank-port N] [--sms-port N] [--real-name-port N] [--until-stdin-closes]";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    wechat_pay: Option<wechat_pay::Merchant>,
    bank: Option<bank::Client>,
    sms: Option<sms::Account>,
    real_name: Option<real_name::Client>,
}

#[derive(Default)]
struct Flags {
    config: Option<PathBuf>,
    folder: Option<PathBuf>,
    ports: BTreeMap<String, u16>,
    is_bound_to_stdin: bool,
}

#[derive(Default)]
struct Running {
    wechat_pay: Option<wechat_pay::Running>,
    bank: Option<bank::Running>,
    sms: Option<sms::Running>,
    real_name: Option<real_name::Running>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("outside: {message}");
            ExitCode::FAILURE
        }
    }
}

fn flags(arguments: impl Iterator<Item = String>) -> Result<Flags, String> {
    let mut flags = Flags::default();
    let mut arguments = arguments;
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{flag} wants a value; usage: {USAGE}"));
        match flag.as_str() {
            "--config" => flags.config = Some(PathBuf::from(value()?)),
            "--folder" => flags.folder = Some(PathBuf::from(value()?)),
            "--until-stdin-closes" => flags.is_bound_to_stdin = true,
            "--wechat-pay-port" | "--bank-port" | "--sms-port" | "--real-name-port" => {
                let port = value()?.parse().map_err(|_| format!("{flag} wants a port"))?;
                flags.ports.insert(flag, port);
            }
            _ => return Err(format!("{flag} is not known; usage: {USAGE}")),
        }
    }
    Ok(flags)
}

async fn run() -> Result<(), String> {
    let flags = flags(std::env::args().skip(1))?;
    let path = flags.config.clone().ok_or_else(|| format!("--config is missing; usage: {USAGE}"))?;
    let text = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parts: Parts = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let running = start(parts, &flags).await.map_err(|error| error.to_string())?;
    announce(&running)?;
    until_told(flags.is_bound_to_stdin).await?;
    stop(running).await;
    Ok(())
}

async fn start(parts: Parts, flags: &Flags) -> Result<Running, StartError> {
    let port = |flag: &str| flags.ports.get(flag).copied().unwrap_or(0);
    let folder = || flags.folder.clone();
    let mut running = Running::default();
    if let Some(merchant) = parts.wechat_pay {
        let config = wechat_pay::Config::new(merchant);
        let config = wechat_pay::Config { port: port("--wechat-pay-port"), folder: folder(), ..config };
        running.wechat_pay = Some(wechat_pay::start(config).await?);
    }
    if let Some(client) = parts.bank {
        let config = bank::Config { port: port("--bank-port"), folder: folder(), ..bank::Config::new(client) };
        running.bank = Some(bank::start(config).await?);
    }
    if let Some(account) = parts.sms {
        let config = sms::Config { port: port("--sms-port"), folder: folder(), ..sms::Config::new(account) };
        running.sms = Some(sms::start(config).await?);
    }
    if let Some(client) = parts.real_name {
        let people_file = folder().map(|folder| folder.join("people.jsonl")).filter(|path| path.exists());
        let config = real_name::Config::new(client);
        let config = real_name::Config { port: port("--real-name-port"), people_file, ..config };
        running.real_name = Some(real_name::start(config).await?);
    }
    Ok(running)
}

/// One line of JSON with the addresses, once all are ready.
fn announce(running: &Running) -> Result<(), String> {
    let addresses = [
        ("wechat_pay", running.wechat_pay.as_ref().map(wechat_pay::Running::url)),
        ("bank", running.bank.as_ref().map(bank::Running::url)),
        ("sms", running.sms.as_ref().map(sms::Running::url)),
        ("real_name", running.real_name.as_ref().map(real_name::Running::url)),
    ];
    let addresses: BTreeMap<_, _> = addresses.into_iter().filter_map(|(name, url)| Some((name, url?))).collect();
    if addresses.is_empty() {
        return Err("the configuration names nothing to serve".to_owned());
    }
    let line = serde_json::to_string(&addresses).map_err(|error| error.to_string())?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| error.to_string())
}

async fn until_told(is_bound_to_stdin: bool) -> Result<(), String> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let closed = async {
        if is_bound_to_stdin {
            // Whatever is written to us is thrown away; only the end counts.
            drop(tokio::io::stdin().read_to_end(&mut Vec::new()).await);
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        () = closed => {}
    }
    Ok(())
}

async fn stop(running: Running) {
    if let Some(wechat_pay) = running.wechat_pay {
        wechat_pay.stop().await;
    }
    if let Some(bank) = running.bank {
        bank.stop().await;
    }
    if let Some(sms) = running.sms {
        sms.stop().await;
    }
    if let Some(real_name) = running.real_name {
        real_name.stop().await;
    }
}
