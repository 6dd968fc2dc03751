//! The command line of `zhijian`. One arm a command; each command has its own file.

mod assess;
mod banner;
mod bench;
mod books;
mod calc;
mod demo;
mod home;
mod keys;
mod living;
mod outside_world;
mod palm;
mod policy;
mod progress;
mod record;
mod serve;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// 至简: the agency side and the public side of a city's social insurance.
#[derive(Debug, Parser)]
#[command(name = "zhijian", version, about)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer questions in JSON lines from standard input: what is owed, and why.
    Calc(calc::Calc),
    /// The book of parameters: check it, or show one value on one day.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Live a synthetic city and open its hall, with stand-ins for the outside world.
    Demo(demo::Demo),
    /// Serve the hall.
    Serve(serve::Serve),
    /// Run jobs, seal books and audit, close days.
    Worker(serve::Work),
    /// Assess a month of every employer.
    Assess(assess::Assess),
    /// The books of the funds: verify them, or print a trial balance.
    #[command(subcommand)]
    Books(books::Books),
    /// The keys that seal personal data: rotate them.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Papers: check one offline.
    #[command(subcommand)]
    Record(record::Record),
    /// Palms: the gallery and its keys.
    #[command(subcommand)]
    Palm(palm::Palm),
    /// Measure how fast it is; the last line is one JSON object.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Bring the database's schema up to date.
    Migrate {
        #[command(flatten)]
        home: home::Home,
    },
}

/// Runs what was asked for.
pub fn run(line: CommandLine) -> ExitCode {
    match line.command {
        Command::Calc(calc) => calc.run(),
        Command::Policy(policy) => policy.run(),
        Command::Demo(demo) => block_on(async { demo.run().await.map(|()| ExitCode::SUCCESS) }),
        Command::Serve(serve) => block_on(async { serve.run().await.map(|()| ExitCode::SUCCESS) }),
        Command::Worker(work) => block_on(async { work.run().await.map(|()| ExitCode::SUCCESS) }),
        Command::Assess(assess) => block_on(assess.run()),
        Command::Books(books) => block_on(books.run()),
        Command::Keys(keys) => block_on(keys.run()),
        Command::Record(record) => record.run(),
        Command::Palm(palm) => block_on(async { palm.run() }),
        Command::Bench(bench) => block_on(bench.run()),
        Command::Migrate { home } => block_on(async move {
            home.prepare()?;
            let ran = home.migrate().await?;
            println!("{ran} steps run; the schema is up to date");
            Ok(ExitCode::SUCCESS)
        }),
    }
}

/// Runs a command that waits for things. What goes wrong is one line on standard error.
fn block_on(command: impl Future<Output = Result<ExitCode, String>>) -> ExitCode {
    // Only the first provider counts; there is no other.
    let _ = rustls::crypto::ring::default_provider().install_default();
    crate::journal::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("zhijian: the runtime cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(command).unwrap_or_else(|line| {
        eprintln!("zhijian: {line}");
        ExitCode::FAILURE
    })
}
