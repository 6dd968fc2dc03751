//! What stands on a paper, whether it is lasting PDF/A, and what a rare character does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use record::{Body, Paper, Press, RenderError, Seal, bench};
use std::path::PathBuf;

fn press(fallback: Option<PathBuf>) -> Press {
    Press::new(Seal::demo("邯郸市社会保险事业管理中心"), fallback).unwrap()
}

fn named(name: &str) -> Paper {
    let mut paper = bench::entitlement(1, 2).unwrap();
    let Body::Entitlement(facts) = &mut paper.body else { unreachable!() };
    facts.holder.name = name.to_owned();
    paper
}

/// Written out for eyes when `RECORD_SAMPLES` names a folder.
fn keep(name: &str, pdf: &[u8]) {
    if let Ok(folder) = std::env::var("RECORD_SAMPLES") {
        std::fs::write(PathBuf::from(folder).join(name), pdf).unwrap();
    }
}

#[test]
fn samples() {
    let press = press(None);
    for (name, paper) in [
        ("short.pdf", bench::entitlement(3, 2).unwrap()),
        ("long.pdf", bench::entitlement(7, 24).unwrap()),
        ("voucher.pdf", bench::voucher(5).unwrap()),
        ("rare.pdf", named("王𬱖㛃")),
    ] {
        let rendered = press.render(&paper).unwrap();
        println!("{name}: {} bytes, {} pages", rendered.pdf.len(), rendered.pages);
        keep(name, &rendered.pdf);
    }
    let measured = bench::records(&press, 200, 1, || {}).unwrap();
    println!("{measured:?}");
}
