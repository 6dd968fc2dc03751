//! `zhijian record verify`, as a bank clerk runs it: one paper, its signature, the certificate that the agency publishes.
#![allow(clippy::unwrap_used, reason = "tests")]

use record::{AUTHORITY_FILE, Signer, bench};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const AGENCY: &str = "邯郸市社会保险事业管理中心";

/// A folder with a paper and its signature, and a data folder with the hall's keys.
struct Desk {
    folder: TempDir,
    signer: Signer,
}

impl Desk {
    fn new() -> Desk {
        let folder = TempDir::with_prefix("zhijian-record-").unwrap();
        let signing = folder.path().join("data/signing");
        std::fs::create_dir_all(&signing).unwrap();
        let paper = bench::voucher(7).unwrap();
        let signer = Signer::open_or_create(&signing, AGENCY, paper.heading.issued_at).unwrap();
        let desk = Desk { folder, signer };
        let pdf = bench::issuer().unwrap().press.render(&paper).unwrap().pdf;
        std::fs::write(desk.path("paper.pdf"), &pdf).unwrap();
        std::fs::write(desk.path("paper.pdf.sig"), desk.signer.sign(&pdf, paper.heading.issued_at).to_file()).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Checks the paper with the authority of the data folder, and with further words.
    fn verify(&self, further: &[&str]) -> Output {
        let authority = self.path("data/signing").join(AUTHORITY_FILE);
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhijian"));
        command.args(["record", "verify", "paper.pdf"]).current_dir(self.folder.path()).env_remove("ZHIJIAN_DATA");
        if !further.contains(&"--authority") {
            command.arg("--authority").arg(authority);
        }
        command.args(further).output().unwrap()
    }

    /// Checks a paper that must be refused; what is said in Chinese and in English.
    fn refused(&self, further: &[&str]) -> (String, String) {
        let output = self.verify(further);
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty(), "nothing is called valid");
        let said = String::from_utf8(output.stderr).unwrap();
        let (chinese, english) = said.trim_end().split_once('\n').unwrap();
        (chinese.to_owned(), english.to_owned())
    }
}

#[test]
fn a_genuine_paper_names_its_signer_and_the_moment() {
    let desk = Desk::new();
    let by_default = ["--authority", "data/signing/record-authority.crt", "--signature", "paper.pdf.sig"];
    for further in [&[][..], &by_default] {
        let output = desk.verify(further);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{said}");
        let (chinese, english) = said.trim_end().split_once('\n').unwrap();
        let (signed, valid) = (format!("由 {AGENCY} 于 2026-11-24 14:00:00（北京时间）签名"), "没有被改动");
        assert!(chinese.starts_with("材料有效") && chinese.contains(&signed) && chinese.contains(valid), "{chinese}");
        let signed = format!("signed by {AGENCY} at 2026-11-24 14:00:00 (Beijing time), and unchanged since");
        assert!(english.starts_with("The paper is valid") && english.contains(&signed), "{english}");
    }
}

#[test]
fn the_hall_on_this_machine_is_trusted_without_being_named() {
    let desk = Desk::new();
    let ask = |data: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhijian"));
        command.args(["record", "verify"]).arg(desk.path("paper.pdf")).arg("--data").arg(data).output().unwrap()
    };
    assert_eq!(ask(&desk.path("data")).status.code(), Some(0));
    // Without a hall here, somebody must be named: what lies beside the paper is not trusted.
    let nobody = ask(&desk.path("elsewhere"));
    assert_eq!(nobody.status.code(), Some(1));
    let said = String::from_utf8(nobody.stderr).unwrap();
    assert!(said.contains("用 --authority 指明") && said.contains("name it with --authority"), "{said}");
}

#[test]
fn a_changed_byte_is_found() {
    let desk = Desk::new();
    let mut pdf = std::fs::read(desk.path("paper.pdf")).unwrap();
    let middle = pdf.len() / 2;
    pdf[middle] ^= 1;
    std::fs::write(desk.path("paper.pdf"), pdf).unwrap();
    let (chinese, english) = desk.refused(&[]);
    assert!(chinese.starts_with("材料无效") && chinese.contains("改动") && chinese.contains("不要采信"), "{chinese}");
    assert!(
        english.starts_with("The paper is not valid") && english.contains("changed after it was signed"),
        "{english}"
    );
}

#[test]
fn another_authority_does_not_vouch() {
    let desk = Desk::new();
    // A forger's own agency of the same name, with its own key, certificate and authority.
    let forger = bench::issuer().unwrap();
    std::fs::write(desk.path("forger.pem"), forger.signer.authority()).unwrap();
    let (chinese, english) = desk.refused(&["--authority", "forger.pem"]);
    assert!(chinese.contains("不是由这个根证书签发"), "{chinese}");
    assert!(english.contains("not issued by this authority"), "{english}");
    std::fs::write(desk.path("forger.pem"), "no certificate").unwrap();
    let (chinese, english) = desk.refused(&["--authority", "forger.pem"]);
    assert!(chinese.contains("根证书文件读不懂") && english.contains("certificate cannot be understood"), "{english}");
}

#[test]
fn an_altered_signature_file_is_found() {
    let desk = Desk::new();
    let sig = std::fs::read_to_string(desk.path("paper.pdf.sig")).unwrap();
    let altered = sig.replace("2026-11-24T06:00:00Z", "2026-11-24T06:00:01Z");
    assert_ne!(sig, altered);
    std::fs::write(desk.path("altered.sig"), altered).unwrap();
    let (chinese, english) = desk.refused(&["--signature", "altered.sig"]);
    assert!(chinese.contains("签名时间被改动过") && english.contains("its time was altered"), "{english}");
    let late = sig.replace("2026-11-24T06:00:00Z", "2046-11-24T06:00:00Z");
    std::fs::write(desk.path("late.sig"), late).unwrap();
    assert!(desk.refused(&["--signature", "late.sig"]).0.contains("有效期"));
    assert!(desk.refused(&["--signature", "paper.pdf"]).0.contains("签名文件读不懂"));
}

#[test]
fn a_missing_file_says_what_to_do() {
    let desk = Desk::new();
    std::fs::remove_file(desk.path("paper.pdf.sig")).unwrap();
    let (chinese, english) = desk.refused(&[]);
    assert!(chinese.contains("打不开 paper.pdf.sig") && chinese.contains("下载签名文件"), "{chinese}");
    assert!(
        english.contains("paper.pdf.sig cannot be read") && english.contains("name it with --signature"),
        "{english}"
    );
    std::fs::remove_file(desk.path("paper.pdf")).unwrap();
    assert!(desk.refused(&[]).0.contains("打不开 paper.pdf"));
}

#[test]
fn what_is_no_pdf_is_no_paper() {
    let desk = Desk::new();
    std::fs::write(desk.path("paper.pdf"), b"\x89PNG picture of a paper").unwrap();
    let (chinese, english) = desk.refused(&[]);
    assert!(chinese.contains("不是 PDF") && english.contains("no PDF"), "{chinese}");
}

#[test]
fn the_help_says_where_the_trust_comes_from() {
    let output = Command::new(env!("CARGO_BIN_EXE_zhijian")).args(["record", "verify", "--help"]).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for part in
        ["signing/record-authority.crt", "never from one that came with the paper", "不要用和材料一起收到的证书"]
    {
        assert!(help.contains(part), "{part} in {help}");
    }
}
