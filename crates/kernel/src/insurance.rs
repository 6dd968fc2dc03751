//! The insurances, the schemes and the funds.

crate::words! {
    /// One of the five insurances (险种).
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType), sea_orm(value_type = "String"))]
    pub enum Insurance {
        /// 养老保险.
        Pension = "pension",
        /// 医疗保险.
        Medical = "medical",
        /// 失业保险.
        Unemployment = "unemployment",
        /// 工伤保险.
        Injury = "injury",
        /// 生育保险.
        Maternity = "maternity",
    }
}

crate::words! {
    /// A scheme: whose rules hold for a person.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType), sea_orm(value_type = "String"))]
    pub enum Scheme {
        /// 企业职工, flexible workers included.
        Enterprise = "enterprise",
        /// 机关事业单位, since 2014-10.
        PublicInstitution = "public_institution",
        /// 城乡居民.
        Resident = "resident",
    }
}

crate::words! {
    /// A fund: an accounting entity of its own; money of one never stands in another's journal.
    #[cfg_attr(feature = "sql", derive(sea_orm::DeriveValueType), sea_orm(value_type = "String"))]
    pub enum Fund {
        /// 企业职工基本养老保险基金.
        EnterprisePension = "enterprise_pension",
        /// 机关事业单位基本养老保险基金.
        PublicPension = "public_pension",
        /// 职工基本医疗保险基金 (with maternity since 2019).
        Medical = "medical",
        /// 失业保险基金.
        Unemployment = "unemployment",
        /// 工伤保险基金.
        Injury = "injury",
        /// 生育保险基金, until 2019.
        Maternity = "maternity",
    }
}

impl Insurance {
    /// The fund of the enterprise scheme into which this insurance is paid.
    pub const fn fund(self) -> Fund {
        match self {
            Insurance::Pension => Fund::EnterprisePension,
            Insurance::Medical => Fund::Medical,
            Insurance::Unemployment => Fund::Unemployment,
            Insurance::Injury => Fund::Injury,
            Insurance::Maternity => Fund::Maternity,
        }
    }
}
