//! What stands on a paper, and whether it is lasting PDF/A.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use kernel::Fen;
use record::{Body, Paper, Press, Seal, bench};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

fn press() -> Press {
    Press::new(Seal::demo("邯郸市社会保险事业管理中心"), None).unwrap()
}

fn holds(pdf: &[u8], text: &str) -> bool {
    pdf.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Written out for eyes when `RECORD_SAMPLES` names a folder.
fn keep(name: &str, pdf: &[u8]) {
    if let Ok(folder) = std::env::var("RECORD_SAMPLES") {
        std::fs::write(PathBuf::from(folder).join(name), pdf).unwrap();
    }
}

#[test]
fn a_paper_is_tagged_pdf_a_with_its_pages() {
    let press = press();
    for (name, paper, pages) in [
        ("short.pdf", bench::entitlement(3, 2).unwrap(), 1),
        ("long.pdf", bench::entitlement(7, 24).unwrap(), 3),
        ("voucher.pdf", bench::voucher(5).unwrap(), 1),
        ("demand.pdf", bench::demand(5).unwrap(), 1),
        ("employer_voucher.pdf", bench::employer_voucher(5).unwrap(), 1),
    ] {
        let rendered = press.render(&paper).unwrap();
        keep(name, &rendered.pdf);
        assert_eq!(rendered.pages, pages, "{name}");
        assert!(rendered.pdf.starts_with(b"%PDF-1.7"), "{name}");
        for mark in ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "/StructTreeRoot"] {
            assert!(holds(&rendered.pdf, mark), "{name} lacks {mark}");
        }
        assert!(holds(&rendered.pdf, &paper.heading.serial.to_string()), "{name} names its number in its metadata");
        assert!((60_000..400_000).contains(&rendered.pdf.len()), "{name}: {} bytes", rendered.pdf.len());
    }
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let paper = bench::entitlement(3, 12).unwrap();
    let again = serde_json::from_str::<Paper>(&serde_json::to_string(&paper).unwrap()).unwrap();
    assert_eq!(paper, again, "facts outlast being stored");
    let first = press().render(&paper).unwrap();
    let busy = press();
    std::thread::scope(|scope| {
        for part in [0, 10] {
            let busy = &busy;
            scope.spawn(move || {
                (part..part + 10).for_each(|index| drop(busy.render(&bench::entitlement(index, 6).unwrap())))
            });
        }
    });
    assert!(first.pdf == busy.render(&again).unwrap().pdf);
}

#[test]
fn a_paper_of_as_many_pages_as_the_last_is_laid_out_once() {
    let press = press();
    // Another person with other figures: nothing that only they have may be part of a place.
    let passes = |index, years| press.render(&bench::entitlement(index, years).unwrap()).unwrap().passes;
    assert_eq!((passes(1, 24), passes(2, 24), passes(3, 24)), (2, 1, 1));
    assert_eq!((passes(4, 2), passes(5, 2)), (2, 1), "fewer pages are found out");
}

#[test]
fn the_benchmark_prints_what_it_counts() {
    let measured = bench::records(bench::Load { count: 20, threads: 2, years: 6 }, || {}).unwrap();
    assert_eq!((measured.papers, measured.threads), (20, 2));
    assert!(measured.per_s > 0 && measured.bytes > 20 * 60_000, "{measured:?}");
}

#[test]
fn each_fact_and_the_seal_are_printed() {
    let press = press();
    let bytes = |paper: &Paper| press.render(paper).unwrap().pdf;
    let paper = bench::voucher(5).unwrap();
    let printed = bytes(&paper);
    let changed = |change: &dyn Fn(&mut Paper)| {
        let mut other = paper.clone();
        change(&mut other);
        assert_ne!(other, paper);
        bytes(&other)
    };
    assert!(printed != changed(&|paper| paper.heading.verify_url.push('X')), "the QR code holds the address");
    assert!(printed != changed(&|paper| paper.heading.channel = control::Channel::Kiosk), "the channel");
    assert!(
        printed
            != changed(&|paper| {
                let Body::Voucher(facts) = &mut paper.body else { panic!("a voucher") };
                facts.lines[0].total += Fen::new(1);
            }),
        "the sum"
    );
    let bare =
        Seal::from_svg(r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>"#.to_owned(), "无");
    let unsealed = Press::new(bare.unwrap(), None).unwrap().render(&paper).unwrap();
    assert!(unsealed.pdf.len() + 1_000 < printed.len(), "the seal is drawn");
    let described: String = "印章：邯郸市".encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    assert!(holds(&printed, &described) && !holds(&unsealed.pdf, &described), "the seal has its alternative text");
}

fn fonts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fonts")
}

#[test]
fn the_embedded_faces_are_those_whose_sums_are_kept() {
    let sums = std::fs::read_to_string(fonts().join("SHA256SUMS")).unwrap();
    let mut whole = 0;
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let face = std::fs::read(fonts().join(name)).unwrap();
        let found: String = Sha256::digest(&face).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, sum, "{name}");
        whole += face.len();
    }
    assert_eq!(sums.lines().count(), 3);
    assert!(whole <= 16_000_000, "{whole} bytes");
}
