//! The words that a parameter may hold where no branch of law owns them.

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
