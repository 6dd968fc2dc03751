//! Who joins, leaves, moves and comes back.

use super::{Lot, Year, YearError, clerk};
use crate::life::Life;
use kernel::{Fen, InsuranceSet, Month, PersonId};
use office::roster::{MoveStaff, ResumeStaff, Sending, send};
use policy::reform::employer::Paper;
use rand::RngExt;
use registry::SelfCheck;
use registry::requirement::Business;
use registry::roster::{LeaveReason, Leaver, Newcomer, Returner, Row};

impl Year<'_> {
    /// The month's lists, one an employer; then those who come back, and those whom a clerk moves.
    pub(super) async fn rosters(&self, month: Month) -> Result<(), YearError> {
        let back: Vec<(u32, PersonId)> = {
            let mut leavers = self.leavers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            leavers.drain(..).step_by(3).collect()
        };
        self.each(async |number| self.list(number, month).await).await?;
        for (number, person) in back {
            self.come_back(number, person, month).await?;
        }
        for number in (0..self.employers).filter(|number| (940..1000).contains(&self.lot(*number, month, Lot::Roster)))
        {
            self.move_one(number, month).await?;
        }
        Ok(())
    }

    async fn list(&self, number: u32, month: Month) -> Result<(), YearError> {
        let lot = self.lot(number, month, Lot::Roster);
        let mut rows = Vec::new();
        if lot < 400 {
            rows.extend(self.newcomer(number, month).map(Row::Enrol));
        }
        let mut leaver = None;
        if (300..500).contains(&lot) {
            leaver = self.somebody(number, month).await?;
            rows.extend(self.leaver(leaver).await?.map(Row::Suspend));
        }
        if (500..520).contains(&lot) {
            // Somebody who still works elsewhere: for two officers to decide.
            rows.extend(self.of_another(number, month).await?.map(Row::Enrol));
        }
        if rows.is_empty() {
            return Ok(());
        }
        let checked = SelfCheck { business: Business::StaffChange, papers: vec![Paper::Contract, Paper::WageSheet] };
        let key = self.key("roster", number, month)?;
        let sending = Sending { key, employer: self.employer(number), rows: rows.clone(), checked };
        let answers = send(self.desk, &self.agent(number), sending).await;
        let answers = answers.map_err(|declined| super::declined_by("roster", &declined))?;
        for (row, answer) in rows.iter().zip(&answers) {
            self.count(|lived| match (row, answer) {
                (_, Err(_)) => lived.refused_rows += 1,
                (Row::Enrol(_) | Row::Resume(_), Ok(_)) => lived.joined += 1,
                (Row::Suspend(_), Ok(_)) => lived.left += 1,
            });
        }
        if let (Some(person), Some(Ok(_))) = (leaver, answers.last()) {
            self.leavers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((number, person));
        }
        Ok(())
    }

    /// Somebody whom the registry does not know yet.
    fn newcomer(&self, number: u32, month: Month) -> Option<Newcomer> {
        let turn = u32::try_from(month.month()).unwrap_or_default() * self.employers + number;
        let history = self.plan.history().ok()?;
        let life = Life::of(self.plan.seed, self.plan.people + turn, self.plan.people, history);
        let wage = Fen::from_yuan(3000 + i64::from(turn % 97) * 90);
        let from = month.first_day().checked_add_days(chrono::Days::new(u64::from(turn % 3)))?;
        (life.retired_from.is_none()).then(|| Newcomer {
            id_number: life.id_number.reveal().to_owned(),
            name: life.name,
            phone: None,
            insurances: InsuranceSet::ALL,
            from,
            wage,
        })
    }

    /// One of an employer's staff, by lot.
    async fn somebody(&self, number: u32, month: Month) -> Result<Option<PersonId>, YearError> {
        let staff = registry::insured_at(&self.desk.view(), self.employer(number), month).await?;
        if staff.len() < 3 {
            return Ok(None);
        }
        let at = self.random(number, month, Lot::Wages).random_range(0..staff.len());
        Ok(staff.get(at).map(|insured| insured.person))
    }

    async fn leaver(&self, person: Option<PersonId>) -> Result<Option<Leaver>, YearError> {
        let Some(person) = person else { return Ok(None) };
        let (id_number, name) = self.names(person).await?;
        let last_day = self.today().pred_opt().unwrap_or_else(|| self.today());
        Ok(Some(Leaver { id_number, name, last_day, why: LeaveReason::Resigned }))
    }

    async fn of_another(&self, number: u32, month: Month) -> Result<Option<Newcomer>, YearError> {
        let Some(person) = self.somebody((number + 1) % self.employers, month).await? else { return Ok(None) };
        let (id_number, name) = self.names(person).await?;
        let (insurances, from, wage) = (InsuranceSet::ALL, self.today(), Fen::from_yuan(4200));
        Ok(Some(Newcomer { id_number, name, phone: None, insurances, from, wage }))
    }

    async fn come_back(&self, number: u32, person: PersonId, month: Month) -> Result<(), YearError> {
        let (id_number, name) = self.names(person).await?;
        let returner = Returner { id_number, name, from: self.today(), wage: Fen::from_yuan(4000) };
        let turn = u32::try_from(person.uuid().as_u128() & 0xffff).unwrap_or_default();
        let key = self.key(&format!("back-{turn}"), number, month)?;
        let act = ResumeStaff { key, employer: self.employer(number), returner };
        // Who has gone to another employer since, or left in the month itself, is refused: that is the other half of the rule.
        match self.desk.perform(&self.agent(number), act).await {
            Ok(_) => self.count(|lived| lived.returned += 1),
            Err(control::Declined::Refused(_)) => self.count(|lived| lived.refused_rows += 1),
            Err(declined) => return Err(super::declined_by("resume", &declined)),
        }
        Ok(())
    }

    async fn move_one(&self, number: u32, month: Month) -> Result<(), YearError> {
        let Some(person) = self.somebody(number, month).await? else { return Ok(()) };
        let (from, to) = (self.employer(number), self.employer((number + 1) % self.employers));
        let (key, on, wage) = (self.key("move", number, month)?, self.today(), Fen::from_yuan(5200));
        match self.desk.perform(&clerk(), MoveStaff { key, person, from, to, on, wage }).await {
            Ok(_) => self.count(|lived| lived.moved += 1),
            Err(control::Declined::Refused(_)) => self.count(|lived| lived.refused_rows += 1),
            Err(declined) => return Err(super::declined_by("move", &declined)),
        }
        Ok(())
    }

    /// The number and the name by which a list names somebody.
    async fn names(&self, person: PersonId) -> Result<(String, String), YearError> {
        let view = self.desk.view();
        let number = registry::id_number(&view, person).await?;
        let known = registry::person(&view, person).await?;
        Ok((
            number.map(|number| number.reveal().to_owned()).unwrap_or_default(),
            known.map(|known| known.name).unwrap_or_default(),
        ))
    }
}
