//! Identity numbers and credit codes: what the number itself says.

use super::Outcome;
use crate::calc::question::Question;
use crate::calc::refusal::Refusal;
use kernel::{CreditCode, CreditCodeError, IdNumber, IdNumberError, Sex};
use serde::Serialize;

#[derive(Debug, Default, Serialize)]
pub(crate) struct IdentityResult {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sex: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(crate) struct CreditCodeResult {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

pub(super) fn identity(question: &Question) -> Result<Outcome, Refusal> {
    let text = question.text("id_number", "15 or 18 characters, as in \"130499195708150019\"")?;
    Ok(Outcome::Identity(match IdNumber::parse(text) {
        Ok(number) => IdentityResult {
            valid: true,
            birth: Some(number.birth().to_string()),
            sex: Some(match number.sex() {
                Sex::Male => "male",
                Sex::Female => "female",
            }),
            area: Some(number.area().to_owned()),
            id_number: Some(number.reveal().to_owned()),
            reason: None,
        },
        Err(error) => IdentityResult { reason: Some(identity_reason(error)), ..IdentityResult::default() },
    }))
}

const fn identity_reason(error: IdNumberError) -> &'static str {
    match error {
        IdNumberError::Length => "length",
        IdNumberError::Characters => "characters",
        IdNumberError::Province => "province",
        IdNumberError::Birthday => "birthday",
        IdNumberError::CheckDigit => "check_digit",
    }
}

pub(super) fn credit_code(question: &Question) -> Result<Outcome, Refusal> {
    let text = question.text("credit_code", "18 characters, as in \"91130400MA0DEM013E\"")?;
    let reason = CreditCode::parse(text).err().map(|error| match error {
        CreditCodeError::Length => "length",
        CreditCodeError::Characters => "characters",
        CreditCodeError::CheckCharacter => "check_character",
    });
    Ok(Outcome::CreditCode(CreditCodeResult { valid: reason.is_none(), reason }))
}
