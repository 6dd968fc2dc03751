//! The words that a parameter may hold where no branch of law owns them, and who collects.

use super::Collection;
use crate::parameter::Dated;
use kernel::Insurance;

kernel::words! {
    /// Who collects a contribution.
    pub enum Collector {
        /// 社会保险经办机构.
        Agency = "agency",
        /// 税务机关.
        TaxOffice = "tax_office",
    }
}

kernel::words! {
    /// Who pays it.
    pub enum Payer {
        /// 用人单位.
        Employer = "employer",
        /// 灵活就业人员.
        FlexibleWorker = "flexible_worker",
    }
}

kernel::words! {
    /// To what a base is settled (R11).
    pub enum BaseUnit {
        /// 分.
        Fen = "fen",
        /// 元, half up.
        Yuan = "yuan",
    }
}

kernel::words! {
    /// Whether the surcharge stops at the principal (行政强制法 art. 45; disputed).
    pub enum SurchargeCap {
        /// It goes on.
        None = "none",
        /// It stops there.
        Principal = "principal",
    }
}

kernel::words! {
    /// From what a flexible worker chooses.
    pub enum BasisOfChoice {
        /// Only the tiers of the menu.
        Tiers = "tiers",
        /// Any percentage from the lowest to the highest.
        Range = "range",
    }
}

kernel::words! {
    /// Which side of a reform holds on a day.
    pub enum Rule {
        /// The rule before the reform.
        Old = "old",
        /// The rule that replaced it.
        New = "new",
    }
}

impl Collection {
    /// Who collects an insurance of a payer; nothing where this payer has no part in it (社会保险法 art. 44, 33, 53).
    pub fn of(&self, payer: Payer, insurance: Insurance) -> Option<&Dated<Collector>> {
        match (payer, insurance) {
            (Payer::Employer, Insurance::Pension) => Some(&self.employer_pension),
            (Payer::Employer, Insurance::Medical) => Some(&self.employer_medical),
            (Payer::Employer, Insurance::Unemployment) => Some(&self.employer_unemployment),
            (Payer::Employer, Insurance::Injury) => Some(&self.employer_injury),
            (Payer::Employer, Insurance::Maternity) => Some(&self.employer_maternity),
            (Payer::FlexibleWorker, Insurance::Pension) => Some(&self.flexible_pension),
            (Payer::FlexibleWorker, Insurance::Medical) => Some(&self.flexible_medical),
            (Payer::FlexibleWorker, Insurance::Unemployment | Insurance::Injury | Insurance::Maternity) => None,
        }
    }
}
