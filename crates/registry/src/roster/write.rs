//! What a decided list writes: new people, relations that begin and end, work items for two officers, a promised reminder.

use super::decide::Plan;
use super::two_employers::{self, Contested};
use super::{RosterFault, RowError, Span, Taken, Warning};
use crate::bulk::{PersonRow, RelationRow, insert_persons};
use crate::relation::Payer;
use crate::{Category, Source, store};
use control::Op;
use kernel::{EmployerId, Month, PersonId, RelationId, Scheme};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The kind of the job that reminds a small firm of the insurances it left for later (reform 3).
pub const REMIND_OF_INSURANCES: &str = "remind_of_insurances";

/// What that job is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RemindOfInsurances {
    /// Which firm.
    pub employer: EmployerId,
}

/// Carries out every plan; a refused row keeps its refusal.
pub(super) async fn carry_out(
    op: &mut Op,
    employer: EmployerId,
    plans: Vec<Result<Plan, RowError>>,
) -> Result<Vec<Result<Taken, RowError>>, RosterFault> {
    let scheme = scheme_of(op, employer).await?;
    let people = enter_new(op, &plans).await?;
    let mut relations = Vec::new();
    let mut taken = Vec::with_capacity(plans.len());
    for plan in plans {
        taken.push(match plan {
            Err(error) => Err(error),
            Ok(plan) => Ok(one(op, employer, scheme, &people, plan, &mut relations).await?),
        });
    }
    store::insert_rows(&op.db(), &relations).await?;
    remind(op, employer, &taken)?;
    Ok(taken)
}

/// Enters everybody whom the registry does not know yet; who they are, by identity number.
async fn enter_new(op: &Op, plans: &[Result<Plan, RowError>]) -> Result<HashMap<kernel::IdNumber, PersonId>, DbErr> {
    let new: Vec<&Plan> = plans.iter().flatten().filter(|plan| plan.verdict.person.is_none()).collect();
    if new.is_empty() {
        return Ok(HashMap::new());
    }
    let count = i64::try_from(new.len()).map_err(|error| DbErr::Custom(error.to_string()))?;
    let first = store::take_numbers(&op.db(), op.area(), store::Counter::Person, count).await?;
    let row = |(number, plan): (i64, &&Plan)| PersonRow {
        id: op.new_id(),
        personal_number: store::number_text(op.area(), store::Counter::Person, number),
        name: plan.named.name.clone(),
        sex: plan.named.number.sex(),
        birth: plan.named.number.birth(),
        area: op.area(),
        category_from: plan.named.number.birth(),
        category: Category::Worker,
        document: op.new_id(),
        id_number: plan.named.number,
        phone: plan.named.phone.clone().map(|phone| (op.new_id(), phone)),
        recorded_at: op.at(),
    };
    let rows: Vec<PersonRow> = (first..).zip(&new).map(row).collect();
    insert_persons(&op.db(), op.keys(), &rows, Source::Employer).await?;
    Ok(rows.into_iter().map(|row| (row.id_number, row.id)).collect())
}

async fn one(
    op: &mut Op,
    employer: EmployerId,
    scheme: Scheme,
    people: &HashMap<kernel::IdNumber, PersonId>,
    plan: Plan,
    relations: &mut Vec<RelationRow>,
) -> Result<Taken, DbErr> {
    let known = plan.verdict.person.or_else(|| people.get(&plan.named.number).copied());
    let person = known.ok_or_else(|| store::corrupt("a person who was entered is gone"))?;
    let mut relation: Option<RelationId> = None;
    for (whose, id, end, why) in &plan.ends {
        if store::end_row(op, (*whose, *id), *end, Some(*why)).await? != 1 {
            return Err(store::corrupt("a relation that was locked is gone"));
        }
        relation = Some(*id);
    }
    if let Span::Joined(from) = plan.verdict.span {
        relation = None;
        if !plan.verdict.insurances.is_empty() {
            let new = new_row(op, (employer, scheme), person, &plan, from);
            relation = Some(new.id);
            relations.push(new);
        }
    }
    let conflict = match (plan.from, plan.verdict.wage) {
        (Some(from), Some(wage)) if !plan.verdict.later.is_empty() => {
            let others = plan.others.clone();
            let contested = Contested { employer, person, insurances: plan.verdict.later, from, wage, others };
            Some(two_employers::ask(op, &contested).await?)
        }
        (_, _) => None,
    };
    Ok(Taken { person, relation, conflict, verdict: crate::roster::Verdict { person: Some(person), ..plan.verdict } })
}

fn new_row(op: &Op, whose: (EmployerId, Scheme), person: PersonId, plan: &Plan, from: Month) -> RelationRow {
    RelationRow {
        person,
        id: op.new_id(),
        insurances: plan.verdict.insurances,
        scheme: whose.1,
        payer: Payer::Employer(whose.0),
        from,
        until: None,
        recorded_at: op.at(),
        ended_at: None,
    }
}

/// An institution's staff are insured by the scheme of public institutions.
pub(super) async fn scheme_of(op: &Op, employer: EmployerId) -> Result<Scheme, DbErr> {
    let kind = crate::employer(op, employer).await?.and_then(|employer| employer.kind);
    Ok(match kind {
        Some(crate::EmployerKind::Institution) => Scheme::PublicInstitution,
        Some(
            crate::EmployerKind::Enterprise
            | crate::EmployerKind::SmallOrMicro
            | crate::EmployerKind::IndividualBusiness
            | crate::EmployerKind::Bankrupt,
        )
        | None => Scheme::Enterprise,
    })
}

/// One reminder for a list, in the first month that a row named.
fn remind(op: &mut Op, employer: EmployerId, taken: &[Result<Taken, RowError>]) -> Result<(), DbErr> {
    let months = taken.iter().flatten().flat_map(|taken| &taken.verdict.warnings).filter_map(|warning| match warning {
        Warning::InStages(month) => Some(*month),
        Warning::DrawsUnemploymentBenefit
        | Warning::OwnRelationEnded(_)
        | Warning::SecondPayer
        | Warning::TwoEmployers(_)
        | Warning::BackPayment(_) => None,
    });
    let Some(month) = months.min() else { return Ok(()) };
    let Some(morning) = month.first_day().and_hms_opt(0, 0, 0) else { return Ok(()) };
    op.promise_at(REMIND_OF_INSURANCES, &RemindOfInsurances { employer }, morning.and_utc())
}
