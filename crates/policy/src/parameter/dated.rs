//! A parameter as a formula reads it: a value of a type on a day, with its law, or an error that names both.

use super::leaf::{Citation, Heading, Leaf, LoadError, Row};
use super::value::FromValue;
use kernel::{Date, Month};
use std::sync::Arc;

/// A parameter with typed values by date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dated<T> {
    name: &'static str,
    heading: Option<Arc<Heading>>,
    rows: Vec<Row<T>>,
}

/// The row that is in force on a day.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'a, T> {
    /// What the parameter is called.
    pub heading: &'a Arc<Heading>,
    /// The value.
    pub value: &'a T,
    /// Its law.
    pub citation: &'a Arc<Citation>,
    /// Since when.
    pub from: Date,
}

/// A parameter has no row for a day: before its first, after its last known, or the area has none at all.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{parameter} is not in force on {on}")]
pub struct NotInForce {
    /// The path of the parameter.
    pub parameter: &'static str,
    /// The day that was asked for.
    pub on: Date,
}

impl<T> Dated<T> {
    /// The row in force on a day.
    ///
    /// # Errors
    /// [`NotInForce`] names the parameter and the day.
    pub fn on(&self, on: Date) -> Result<InForce<'_, T>, NotInForce> {
        let begun = self.rows.partition_point(|row| row.from <= on);
        let row = begun.checked_sub(1).and_then(|last| self.rows.get(last));
        match (row.filter(|row| row.to.is_none_or(|to| on <= to)), &self.heading) {
            (Some(row), Some(heading)) => {
                Ok(InForce { heading, value: &row.value, citation: &row.citation, from: row.from })
            }
            _ => Err(NotInForce { parameter: self.name, on }),
        }
    }

    /// The row in force on a day, or the last one where its own is not known yet; then it is provisional (`true`) and what
    /// is computed by it is settled again.
    ///
    /// # Errors
    /// [`NotInForce`] before the first row and in a gap.
    pub fn on_or_last(&self, on: Date) -> Result<(InForce<'_, T>, bool), NotInForce> {
        match self.on(on) {
            Ok(row) => Ok((row, false)),
            Err(absent) => match self.rows.last().filter(|last| last.from < on) {
                Some(last) => Ok((self.on(last.from)?, true)),
                None => Err(absent),
            },
        }
    }

    /// The row in force on the first day of a month, and the last month on whose first day it still is: for many months in
    /// order, of which each row is then looked up once.
    ///
    /// # Errors
    /// [`NotInForce`] names the parameter and the day.
    pub(crate) fn on_month(&self, month: Month) -> Result<(InForce<'_, T>, Month), NotInForce> {
        let read = self.on(month.first_day())?;
        let next = self.rows.partition_point(|row| row.from <= read.from);
        let ends = next.checked_sub(1).and_then(|at| self.rows.get(at)).and_then(|row| row.to);
        let before_next = self.rows.get(next).and_then(|next| next.from.pred_opt());
        let through = ends.into_iter().chain(before_next).min().map(Month::of);
        // Where no day ends it, or one beyond all months, every month to come is within.
        Ok((read, through.and_then(Result::ok).unwrap_or(Month::LAST)))
    }

    /// Every row, in order of date.
    pub fn rows(&self) -> &[Row<T>] {
        &self.rows
    }
}

impl<T: FromValue> Dated<T> {
    /// The typed rows of a leaf; none where the area has no such leaf.
    pub(crate) fn read(name: &'static str, leaf: Option<&Leaf>) -> Result<Dated<T>, LoadError> {
        let Some(leaf) = leaf else { return Ok(Dated { name, heading: None, rows: Vec::new() }) };
        let typed = |row: &Row<super::Value>| {
            let refused = || LoadError::NotOfUnit { name: name.to_owned(), from: row.from, unit: leaf.heading.unit };
            let value = T::from_value(&row.value).ok_or_else(refused)?;
            // Other readings must be of the type too, though formulas only see them through `Policy::read_otherwise`.
            if row.alternatives.iter().any(|other| T::from_value(&other.value).is_none()) {
                return Err(refused());
            }
            let (citation, remark) = (Arc::clone(&row.citation), row.remark.clone());
            Ok(Row { from: row.from, to: row.to, value, citation, remark, alternatives: Vec::new() })
        };
        let rows = leaf.rows.iter().map(typed).collect::<Result<_, LoadError>>()?;
        Ok(Dated { name, heading: Some(Arc::clone(&leaf.heading)), rows })
    }
}
