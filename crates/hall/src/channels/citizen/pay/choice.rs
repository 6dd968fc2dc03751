//! What somebody chose on the first page: months, tier, way of paying. It travels in the address, so that it survives a
//! sign-in in between; it names no person.

use crate::channels::citizen::Fields;
use crate::page::{Mistakes, Page, address};
use crate::typed;
use contribution::{QuoteError, Tier};
use kernel::Month;
use payment::GatewayKind;

/// The word for a percentage of one's own.
pub(super) const OTHER: &str = "other";

/// What was chosen, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Choice {
    /// The months, as they were sent.
    pub(super) months: Vec<String>,
    /// A percentage, or [`OTHER`].
    pub(super) tier: String,
    /// The percentage of one's own.
    pub(super) percent: String,
    /// The way of paying.
    pub(super) gateway: String,
}

/// What was chosen, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Chosen {
    /// In order, each once.
    pub(super) months: Vec<Month>,
    /// The tier.
    pub(super) tier: Tier,
    /// The way of paying.
    pub(super) gateway: GatewayKind,
}

impl Choice {
    pub(super) fn of(fields: &Fields) -> Choice {
        Choice {
            months: fields.all("m").map(str::to_owned).collect(),
            tier: fields.text("tier").to_owned(),
            percent: fields.text("percent").to_owned(),
            gateway: fields.text("gateway").to_owned(),
        }
    }

    /// The address of a page with this choice.
    pub(super) fn at(&self, path: &str) -> String {
        let months = self.months.iter().map(|month| ("m", month.as_str()));
        let rest = [("tier", self.tier.as_str()), ("percent", &self.percent), ("gateway", &self.gateway)];
        address(path, months.chain(rest.into_iter().filter(|(_, value)| !value.is_empty())))
    }

    /// The choice read, or its mistakes.
    pub(super) fn read(&self, page: &Page, mistakes: &mut Mistakes) -> Option<Chosen> {
        let months: Option<Vec<Month>> = self.months.iter().map(|text| typed::month(text)).collect();
        let months = months.filter(|months| !months.is_empty());
        if months.is_none() {
            mistakes.add("months", page.t("pay-mistake-months"));
        }
        let percent = if self.tier == OTHER { &self.percent } else { &self.tier };
        let percent = percent.trim_end_matches(['%', '％']).trim().parse().ok();
        if percent.is_none() {
            mistakes.add(self.tier_field(), page.t("pay-mistake-percent"));
        }
        let gateway = self.gateway.parse().ok();
        if gateway.is_none() {
            mistakes.add("gateway", page.t("pay-mistake-gateway"));
        }
        let mut months = months?;
        months.sort_unstable();
        months.dedup();
        Some(Chosen { months, tier: Tier::percent(percent?), gateway: gateway? })
    }

    /// The field in which a wrong tier is mended.
    pub(super) fn tier_field(&self) -> &'static str {
        if self.tier == OTHER { "percent" } else { "tier" }
    }

    /// Whether a month is ticked.
    pub(super) fn has(&self, month: &Month) -> bool {
        self.months.iter().any(|text| typed::month(text) == Some(*month))
    }
}

/// A refused quote in words, beside the field where it is mended.
pub(super) fn refused(page: &Page, choice: &Choice, error: &QuoteError, mistakes: &mut Mistakes) {
    let listed = |months: &[Month]| {
        months.iter().map(|month| page.month(month)).collect::<Vec<_>>().join(page.t("list-separator").as_ref())
    };
    let text = |key: &str, months: &[Month]| page.w(key, &[("months", &listed(months))]).into_owned();
    match error {
        QuoteError::NoMonths => mistakes.add("months", page.t("pay-mistake-months")),
        QuoteError::RepeatedMonth(month) => mistakes.add("months", text("pay-refused-repeated", &[*month])),
        QuoteError::OutsideOpenYear(months) => mistakes.add("months", text("pay-refused-closed", months)),
        QuoteError::BeyondYearEnd(months) => mistakes.add("months", text("pay-refused-beyond", months)),
        QuoteError::AlreadyPaid(months) => mistakes.add("months", text("pay-refused-paid", months)),
        QuoteError::NotFlexibleWorker(months) => mistakes.add("months", text("pay-refused-not-flexible", months)),
        QuoteError::InsuredByEmployer { employer, months } => {
            let named = page.w("pay-refused-employer", &[("employer", employer), ("months", &listed(months))]);
            mistakes.add("months", named);
        }
        QuoteError::TierNotOnMenu(_) => mistakes.add(choice.tier_field(), page.t("pay-refused-tier")),
        QuoteError::NoPolicy(_) | QuoteError::Formula(_) | QuoteError::Database(_) => {
            mistakes.add("months", page.t("pay-refused-unknown"));
        }
    }
}
