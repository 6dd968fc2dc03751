//! A person, as others may ask for them. Every question follows merges: an old id answers with the person it leads to.

use crate::store;
use control::View;
use kernel::{AreaCode, Date, IdNumber, PersonId, Sex};
use sea_orm::DbErr;

kernel::words! {
    /// The category that decides a woman's retirement age (国发〔1978〕104号).
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Category {
        /// 干部: management or technical post.
        Cadre = "cadre",
        /// 工人.
        Worker = "worker",
    }
}

kernel::words! {
    /// A kind of identity document.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum DocumentKind {
        /// 居民身份证 with 18 characters.
        IdentityCard = "identity_card",
        /// 居民身份证 of the first generation, 15 digits; found by its upgraded number.
        IdentityCardFirst = "identity_card_first",
        /// 港澳台居民居住证.
        ResidencePermit = "residence_permit",
        /// 外国人永久居留身份证.
        PermanentResidenceCard = "permanent_residence_card",
        /// 护照.
        Passport = "passport",
    }
}

kernel::words! {
    /// A way to reach a person.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum ContactKind {
        /// A mainland mobile number, 11 digits.
        Phone = "phone",
        /// A postal address.
        Address = "address",
    }
}

kernel::words! {
    /// Where an entry came from.
    #[derive(sea_orm::DeriveValueType)]
    #[sea_orm(value_type = "String")]
    pub enum Source {
        /// A clerk saw the document at a counter.
        Counter = "counter",
        /// A real-name service confirmed name, number and phone.
        RealName = "real_name",
        /// An employer registered its employee.
        Employer = "employer",
        /// Taken over from an old system.
        Migration = "migration",
        /// A synthetic city. Never a real person.
        Synthetic = "synthetic",
    }
}

/// A person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// The id to which every old id leads.
    pub id: PersonId,
    /// 个人编号: the area's six digits and ten of its own.
    pub personal_number: String,
    /// The name in its original code points.
    pub name: String,
    /// The name as the bank spells it; the same where the bank can write it.
    pub name_as_bank_spells: String,
    /// The registered sex.
    pub sex: Sex,
    /// The decided birthday. Rules use this one.
    pub birth: Date,
    /// The category in force today.
    pub category: Category,
    /// Where the person is registered.
    pub area: AreaCode,
    /// The number of the first valid document, masked: `1304**********0019`; empty where there is none.
    pub document_masked: String,
}

/// Why a text cannot be a name in the registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Nothing but spaces.
    #[error("the name is empty")]
    Empty,
    /// Longer than 100 characters. A name is never cut.
    #[error("the name has more than 100 characters")]
    TooLong,
    /// Control characters, or characters of an old system's private use that nobody else can read.
    #[error("the name holds a character that only an old system can read")]
    Unreadable,
}

/// The name without the spaces around it, every code point kept.
pub(crate) fn checked_name(name: &str) -> Result<String, NameError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.chars().count() > 100 {
        return Err(NameError::TooLong);
    }
    if name.chars().any(|c| c.is_control() || is_private_use(c)) {
        return Err(NameError::Unreadable);
    }
    Ok(name.to_owned())
}

fn is_private_use(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0xF_FFFD | 0x10_0000..=0x10_FFFD)
}

/// Whether the text is a mainland mobile number: 11 digits, beginning with 13 to 19.
pub(crate) fn is_phone(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && bytes.iter().all(u8::is_ascii_digit)
}

/// The person to whom an id leads, now and for ever; `None` where the id was never given.
///
/// # Errors
/// The database's.
pub async fn resolve(view: &View, id: PersonId) -> Result<Option<PersonId>, DbErr> {
    Ok(store::person(view, id).await?.map(|row| row.id))
}

/// Every id that leads to the same person, that person's own first: what was written under an old id stays under it.
///
/// # Errors
/// The database's.
pub async fn ids(view: &View, id: PersonId) -> Result<Vec<PersonId>, DbErr> {
    store::ids_of(view, id).await
}

/// The person to whom an id leads.
///
/// # Errors
/// The database's.
pub async fn person(view: &View, id: PersonId) -> Result<Option<Person>, DbErr> {
    let Some(row) = store::person(view, id).await? else { return Ok(None) };
    let document_masked = match store::document(view, row.id).await? {
        Some((_, number)) => masked(&number),
        None => String::new(),
    };
    let category = store::category(view, row.id).await?;
    Ok(Some(Person {
        id: row.id,
        personal_number: row.personal_number,
        name: row.name,
        name_as_bank_spells: row.bank_name,
        sex: store::sex(&row.sex)?,
        birth: row.birth_decided,
        category,
        area: store::area(&row.area)?,
        document_masked,
    }))
}

/// The name of a person, for those who need no more.
///
/// # Errors
/// The database's.
pub async fn name(view: &View, id: PersonId) -> Result<Option<String>, DbErr> {
    Ok(store::person(view, id).await?.map(|row| row.name))
}

/// The first four and the last four characters of an identity number; of other documents the last two.
pub(crate) fn masked(number: &str) -> String {
    if let Ok(number) = IdNumber::parse(number) {
        return number.masked();
    }
    let characters: Vec<char> = number.chars().collect();
    let hidden = characters.len().saturating_sub(2);
    characters.iter().enumerate().map(|(place, c)| if place < hidden { '*' } else { *c }).collect()
}

/// The identity number of a person's valid identity card.
///
/// # Errors
/// The database's, or a seal that does not open.
pub async fn id_number(view: &View, id: PersonId) -> Result<Option<IdNumber>, DbErr> {
    let Some(row) = store::person(view, id).await? else { return Ok(None) };
    let document = store::document(view, row.id).await?;
    Ok(document.and_then(|(_, number)| IdNumber::parse(&number).ok()))
}

/// The phone that stands now, 11 digits.
///
/// # Errors
/// The database's, or a seal that does not open.
pub async fn phone(view: &View, id: PersonId) -> Result<Option<String>, DbErr> {
    contact(view, id, ContactKind::Phone).await
}

/// The postal address that stands now.
///
/// # Errors
/// The database's, or a seal that does not open.
pub async fn address(view: &View, id: PersonId) -> Result<Option<String>, DbErr> {
    contact(view, id, ContactKind::Address).await
}

async fn contact(view: &View, id: PersonId, kind: ContactKind) -> Result<Option<String>, DbErr> {
    match store::person(view, id).await? {
        Some(row) => store::contact(view, row.id, kind).await,
        None => Ok(None),
    }
}

/// Everyone who holds or held a document with this number, merges followed. More than one is a case of doubled numbers (重号).
///
/// # Errors
/// The database's.
pub async fn find_by_id_number(view: &View, number: &IdNumber) -> Result<Vec<PersonId>, DbErr> {
    store::persons_by_number(view, number.reveal()).await
}

/// Everyone whom this phone reaches now.
///
/// # Errors
/// The database's.
pub async fn find_by_phone(view: &View, phone: &str) -> Result<Vec<PersonId>, DbErr> {
    store::persons_by_phone(view, phone).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_rare_characters_and_its_length() {
        assert_eq!(checked_name(" 𠮷田·阿依古丽 ").unwrap(), "𠮷田·阿依古丽");
        assert_eq!(checked_name(" \u{3000}"), Err(NameError::Empty));
        assert_eq!(checked_name(&"长".repeat(101)), Err(NameError::TooLong));
        assert_eq!(checked_name("王\u{E863}"), Err(NameError::Unreadable));
        assert_eq!(checked_name("王\n五"), Err(NameError::Unreadable));
    }

    #[test]
    fn a_phone_is_eleven_digits() {
        assert!(is_phone("13900000001"));
        for text in ["1390000000", "139000000011", "12900000001", "1390000000a", "１３９00000001", ""] {
            assert!(!is_phone(text), "{text}");
        }
    }

    #[test]
    fn a_number_is_masked_whatever_its_kind() {
        assert_eq!(masked("130499195708150019"), "1304**********0019");
        assert_eq!(masked("E12345678"), "*******78");
    }
}
