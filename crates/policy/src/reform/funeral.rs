//! Reform 10: which papers the family is asked for, and that one funeral grant is paid (社会保险法 art. 49).

use super::{Decision, Reform, rule_on};
use crate::parameters::Rule;
use crate::working::{Label, Word, Working};
use crate::{FormulaError, Policy};
use kernel::{Date, Insurance, Month};

kernel::words! {
    /// A paper that a family is asked for.
    pub enum Paper {
        /// 身份证.
        IdentityCard = "identity_card",
        /// 关系证明.
        RelationProof = "relation_proof",
        /// 银行卡.
        BankCard = "bank_card",
        /// 死亡证明.
        DeathCertificate = "death_certificate",
        /// 火化证明.
        CremationProof = "cremation_proof",
    }
}

/// Whether a funeral grant is paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Claim {
    /// It is paid against these papers.
    Open {
        /// What the family brings.
        papers: Vec<Paper>,
        /// The first month without a pension.
        pension_stops: Month,
    },
    /// Another fund has paid one.
    AlreadyPaid {
        /// Which.
        by: Insurance,
    },
}

const ASKED: Label = Label::new("funeral.papers", "须提供的材料", "papers that are asked for");
const ONCE: Label = Label::new("funeral.once", "丧葬补助金只领一份", "one funeral grant only");

/// Reform 10, and 社会保险法 art. 49: one grant among pension, injury and unemployment; the family brings identity card,
/// proof of relation and bank card, and before the reform the certificates of death as well (which ones, the article does
/// not say).
///
/// # Errors
/// A day before the rules.
pub fn claim(policy: &Policy, died: Date, paid_by: Option<Insurance>) -> Result<Decision<Claim>, FormulaError> {
    let mut working = Working::default();
    if let Some(by) = paid_by {
        working.exact(ONCE, by, Word("already_paid"), []);
        return Ok(Decision { outcome: Claim::AlreadyPaid { by }, steps: working.into_steps() });
    }
    let mut parts = working.branch();
    let mut papers = vec![Paper::IdentityCard, Paper::RelationProof, Paper::BankCard];
    match rule_on(policy, Reform::FuneralGrant, died, &mut parts)? {
        Rule::Old => papers.extend([Paper::DeathCertificate, Paper::CremationProof]),
        Rule::New => {}
    }
    let words = papers.iter().map(|paper| paper.as_str()).collect::<Vec<_>>().join(", ");
    working.made_of(parts).exact(ASKED, papers.len(), Word(&words), []);
    let allowed = || "a day of the years 1900 to 2199".to_owned();
    let next = Month::of(died).and_then(|month| month.plus(1));
    let pension_stops = next.map_err(|_| FormulaError::OutOfRange { fact: "died", allowed: allowed() })?;
    Ok(Decision { outcome: Claim::Open { papers, pension_stops }, steps: working.into_steps() })
}
