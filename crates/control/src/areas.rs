//! Which desk answers for which area: one pooling area is one database.

use crate::Desk;
use kernel::AreaCode;
use std::collections::BTreeMap;

/// The desks of the areas that this process serves.
#[derive(Clone, Default)]
pub struct Areas(BTreeMap<AreaCode, Desk>);

impl Areas {
    /// No area yet.
    pub fn new() -> Areas {
        Areas::default()
    }

    /// The same with one more area.
    #[must_use]
    pub fn with(mut self, desk: Desk) -> Areas {
        self.0.insert(desk.area(), desk);
        self
    }

    /// The desk of an area: its own, its city's or its province's.
    pub fn desk(&self, area: AreaCode) -> Option<&Desk> {
        [area, area.city(), area.province()].iter().find_map(|area| self.0.get(area))
    }

    /// Every desk.
    pub fn desks(&self) -> impl Iterator<Item = &Desk> {
        self.0.values()
    }
}
