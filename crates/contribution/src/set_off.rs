//! Set-off: what an employer has to its good pays what else it owes for the same insurance, oldest month first.
//!
//! To its good are corrections downwards, and money that was fixed provisionally (社会保险法 art. 62) once the employer has
//! declared. No money moves, so set-off of a correction needs no journal; provisional money moves inside its fund from income to
//! be carried over (4601) to contribution income. Set-off works back to the day on which the debt was due: what was to the
//! employer's good bears no surcharge.

use crate::claim::ClaimEvent;
use crate::store::claim::Received;
use crate::{Claim, ClaimKind, Sides, credit, receive, store};
use control::Op;
use kernel::{EmployerId, Fen, Insurance};
use sea_orm::DbErr;

/// Sets off whatever can be, for an employer whose row is taken.
pub(crate) async fn all(op: &mut Op, employer: EmployerId) -> Result<(), DbErr> {
    let open = store::claim::open_of(op, employer).await?;
    let provisional = store::claim::provisional_money(op, employer).await?;
    if provisional.is_empty() && !open.iter().any(Claim::is_credit) {
        return Ok(());
    }
    let (mut credits, mut debts): (Vec<Claim>, Vec<Claim>) = open.into_iter().partition(Claim::is_credit);
    // Provisional sums that still wait for a declaration are paid by money alone.
    debts.retain(|debt| debt.kind != ClaimKind::Provisional);
    let mut moved = Vec::new();
    for mut credit in provisional {
        let insurance = credit.key.insurance;
        for debt in debts.iter_mut().filter(|debt| debt.key.insurance == insurance) {
            let pays = smaller(credit.paid(), debt.open());
            if !pays.is_nothing() {
                (credit.worker_paid, credit.unit_paid) =
                    (credit.worker_paid - pays.worker, credit.unit_paid - pays.unit);
                take(debt, pays);
                moved.push((credit.clone(), debt.clone(), pays));
            }
        }
        store::claim::update(op, &credit).await?;
    }
    carry_over(op, employer, &moved).await?;
    for credit in &mut credits {
        let insurance = credit.key.insurance;
        for debt in debts.iter_mut().filter(|debt| debt.key.insurance == insurance) {
            let to_its_good = Sides { worker: -credit.open().worker, unit: -credit.open().unit };
            let pays = smaller(to_its_good, debt.open());
            if !pays.is_nothing() {
                take(&mut *credit, Sides { worker: -pays.worker, unit: -pays.unit });
                take(debt, pays);
                moved.push((credit.clone(), debt.clone(), pays));
            }
        }
    }
    note(op, &moved).await?;
    for claim in credits.iter_mut().chain(&mut debts) {
        finish(op, claim).await?;
    }
    Ok(())
}

/// What one side can give and the other can take, never less than nothing.
fn smaller(has: Sides, owes: Sides) -> Sides {
    let least = |a: Fen, b: Fen| a.min(b).max(Fen::ZERO);
    Sides { worker: least(has.worker, owes.worker), unit: least(has.unit, owes.unit) }
}

fn take(claim: &mut Claim, pays: Sides) {
    claim.worker_paid += pays.worker;
    claim.unit_paid += pays.unit;
}

/// The steps of both claims, so that each claim stays the sum of its steps.
async fn note(op: &Op, moved: &[(Claim, Claim, Sides)]) -> Result<(), DbErr> {
    let step = |claim: &Claim, sides: Sides| Received {
        employer: claim.employer,
        key: claim.key,
        source: "set_off",
        receipt: None,
        sides,
        surcharge: Fen::ZERO,
        on: op.today(),
    };
    let both = |(credit, debt, sides): &(Claim, Claim, Sides)| {
        [step(credit, Sides { worker: -sides.worker, unit: -sides.unit }), step(debt, *sides)]
    };
    let steps: Vec<Received> = moved.iter().flat_map(both).collect();
    store::claim::insert_received(op, &steps).await
}

/// Dr 待转社会保险费收入 / Cr 社会保险费收入, in each fund whose money found its month.
async fn carry_over(op: &mut Op, employer: EmployerId, moved: &[(Claim, Claim, Sides)]) -> Result<(), DbErr> {
    for insurance in Insurance::ALL {
        let of = moved.iter().filter(|(credit, _, _)| credit.key.insurance == *insurance);
        let sides = of.fold(Sides::default(), |sum, (_, _, sides)| sum.plus(*sides));
        if !sides.is_nothing() {
            receive::post_carried_over(op, employer, insurance.fund(), sides).await?;
        }
    }
    Ok(())
}

/// A claim whose principal is covered is done with; a month of persons stands in their lines from now on.
async fn finish(op: &mut Op, claim: &mut Claim) -> Result<(), DbErr> {
    if claim.paid().is_nothing() {
        return Ok(());
    }
    if !claim.open().is_nothing() {
        claim.state = claim.state.after(ClaimEvent::PartCame).unwrap_or(claim.state);
        return store::claim::update(op, claim).await;
    }
    credit::complete(op, std::slice::from_mut(claim), None).await
}
