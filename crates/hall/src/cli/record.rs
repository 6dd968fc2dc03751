//! `zhijian record verify FILE`: whether a paper is the agency's and unchanged, offline, in both languages.
//!
//! It refuses to take trust from what lies beside the paper: who forges a paper can forge a certificate with it. The
//! authority's certificate is asked for by its own option, or is that of this machine's hall.

use ::record::{Verified, VerifyError, verify};
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use kernel::Timestamp;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Papers: 个人权益记录 and 缴费凭证.
#[derive(Debug, Subcommand)]
pub(super) enum Record {
    /// 离线核验一份材料：谁签的、何时签的、是否被改动。Check a paper offline: who signed it, when, and whether it is unchanged.
    #[command(after_long_help = TRUST)]
    Verify(Verify),
}

/// What is checked, and against what.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The paper, a PDF file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Its signature. Without this option FILE.sig.
    #[arg(long, value_name = "FILE.sig")]
    signature: Option<PathBuf>,
    /// The certificate of the authority that you trust. Without this option that of the hall on this machine.
    #[arg(long, value_name = "FILE.pem")]
    authority: Option<PathBuf>,
    /// The data folder of the hall on this machine.
    #[arg(long, value_name = "DIR", default_value = "zhijian-data", env = "ZHIJIAN_DATA")]
    data: PathBuf,
}

const TRUST: &str = "\
信任从哪里来：只信经办机构自己公布的根证书（大厅网址后加 /records/certificate 下载，无需登录；或在柜台领取），
不要用和材料一起收到的证书。演示环境的根证书在它的数据文件夹里：signing/record-authority.crt。
核验不联网；有效时退出码为 0，否则为 1。

Where the trust comes from: from the certificate that the agency itself publishes (/records/certificate on its hall, no
sign-in needed, or at a counter), never from one that came with the paper. The demo's lies in its data folder:
signing/record-authority.crt. Nothing is sent anywhere. The exit code is 0 where the paper is valid, otherwise 1.";

/// Why a paper is not taken for genuine.
enum Refusal {
    /// A file is missing or cannot be read.
    Unreadable(Part, PathBuf, std::io::Error),
    /// The paper is no PDF file.
    NotPdf,
    /// The signature proves nothing.
    Signature(VerifyError),
}

/// One of the three files.
#[derive(Clone, Copy)]
enum Part {
    Paper,
    Signature,
    Authority,
}

impl Record {
    pub(super) fn run(self) -> ExitCode {
        match self {
            Record::Verify(asked) => match asked.verdict() {
                Ok(verified) => {
                    println!("{}", Genuine(&verified));
                    ExitCode::SUCCESS
                }
                Err(refusal) => {
                    eprintln!("{refusal}");
                    ExitCode::FAILURE
                }
            },
        }
    }
}

impl Verify {
    fn verdict(&self) -> Result<Verified, Refusal> {
        let mut beside = self.file.clone().into_os_string();
        beside.push(".sig");
        let beside = PathBuf::from(beside);
        let paper = read(Part::Paper, &self.file)?;
        if !paper.starts_with(b"%PDF-") {
            return Err(Refusal::NotPdf);
        }
        let signature = read(Part::Signature, self.signature.as_ref().unwrap_or(&beside))?;
        let ours = self.data.join("signing").join(::record::AUTHORITY_FILE);
        let authority = read(Part::Authority, self.authority.as_ref().unwrap_or(&ours))?;
        verify(&paper, &signature, &String::from_utf8_lossy(&authority)).map_err(Refusal::Signature)
    }
}

fn read(part: Part, path: &Path) -> Result<Vec<u8>, Refusal> {
    std::fs::read(path).map_err(|error| Refusal::Unreadable(part, path.to_owned(), error))
}

/// What is said of a paper that holds.
struct Genuine<'a>(&'a Verified);

impl fmt::Display for Genuine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verified { signer, authority, signed_at } = self.0;
        let at = local(*signed_at);
        writeln!(f, "材料有效：由 {signer} 于 {at}（北京时间）签名，此后没有被改动。根证书：{authority}。")?;
        write!(
            f,
            "The paper is valid: signed by {signer} at {at} (Beijing time), and unchanged since. Authority: {authority}."
        )
    }
}

fn local(at: Timestamp) -> impl fmt::Display {
    (at + TimeDelta::hours(8)).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// What is wrong and what to do, in Chinese and in English, a line each.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Unreadable(part, path, error) => {
                let (chinese, english) = part.way_out();
                let path = path.display();
                write!(f, "未能核验：打不开 {path}。{chinese}\nNot checked: {path} cannot be read ({error}). {english}")
            }
            Refusal::NotPdf => f.write_str(
                "未能核验：这个文件不是 PDF。请确认第一个文件是材料本身，而不是签名文件或截图。\n\
                 Not checked: this file is no PDF. The first file must be the paper itself, not its signature or a picture.",
            ),
            Refusal::Signature(error) => {
                let (chinese, english) = proof(*error);
                write!(f, "材料无效：{chinese}\nThe paper is not valid: {english}")
            }
        }
    }
}

impl Part {
    const fn way_out(self) -> (&'static str, &'static str) {
        match self {
            Part::Paper => ("请检查文件名。", "Check the file's name."),
            Part::Signature => (
                "没有签名文件就无法离线核验：请与材料一起下载签名文件（.sig），放在同一文件夹，或用 --signature 指明。",
                "Without the signature nothing can be checked offline: download it with the paper, lay it beside the \
                 paper as FILE.sig, or name it with --signature.",
            ),
            Part::Authority => (
                "请从经办机构公布的地址下载根证书，用 --authority 指明；不要用和材料一起收到的证书。",
                "Get the certificate that the agency publishes and name it with --authority; never one that came with \
                 the paper.",
            ),
        }
    }
}

/// What a failed proof means and what to do.
const fn proof(error: VerifyError) -> (&'static str, &'static str) {
    match error {
        VerifyError::Format => (
            "签名文件读不懂，可能下载时损坏，或者不是本系统的签名文件。请重新下载签名文件再核验。",
            "the signature file cannot be understood: damaged, or not one of this system. Download it again.",
        ),
        VerifyError::Authority => (
            "根证书文件读不懂。请从经办机构公布的地址重新下载根证书。",
            "the authority's certificate cannot be understood. Get it again from where the agency publishes it.",
        ),
        VerifyError::Changed => (
            "文件在签名之后被改动过，或者签名文件属于另一份材料。请不要采信；请持有人重新下载材料和签名文件，或扫描纸上的二维码核对。",
            "the file was changed after it was signed, or the signature is another paper's. Do not rely on it; ask its \
             holder to download both again, or scan the QR code on the paper.",
        ),
        VerifyError::Untrusted => (
            "签名人的证书不是由这个根证书签发的。请确认根证书来自经办机构；确认无误的，这份材料是伪造的，请不要采信。",
            "the signer's certificate was not issued by this authority. Make sure that the authority's certificate is \
             the agency's; if it is, the paper is forged.",
        ),
        VerifyError::Expired => (
            "签名时证书不在有效期内。请持有人向经办机构申请重新出具。",
            "a certificate was not valid at the time of signing. Its holder should ask the agency for a new paper.",
        ),
        VerifyError::Wrong => (
            "签名或签名时间被改动过。请不要采信；请持有人重新下载材料和签名文件。",
            "the signature or its time was altered. Do not rely on it; ask its holder to download both again.",
        ),
    }
}
