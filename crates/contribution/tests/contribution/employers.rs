//! An employer's months: declared, assessed, corrected, billed, paid in parts.

use crate::fixture::employers::*;
use crate::fixture::*;
use contribution::declare::{FirstBase, OutlierKind, Wage};
use contribution::run::{in_stretches, whole_city};
use contribution::{ClaimKind, ClaimState, Declare, DeclareError, DemandState, Period, Sides, demands};
use control::Declined;
use kernel::{Fen, Insurance, InsuranceSet};
use registry::EmployerKind;
use tokio::sync::oneshot;

async fn declare(kit: &testkit::Kit, name: &str, of: &str, changes: &[(u128, &str)]) -> contribution::Declared {
    let wages = changes
        .iter()
        .map(|(person, wage)| Wage { person: worker(*person), wage: yuan(wage), reason: Some("调薪".to_owned()) })
        .collect();
    let act = Declare { key: key(name), employer: firm(1), period: Period::Month(month(of)), wages };
    kit.desk.perform(&system(), act).await.unwrap()
}

/// Firm 1, class 6, with three workers since 2016 at 3600, 5000 and 20000.
async fn three(kit: &testkit::Kit) {
    register(kit, 1, EmployerKind::Enterprise, 6).await;
    staff(kit, 1..4, "2016-01").await;
    wages(kit, 1, "2017-01", &[(1, "3600.00"), (2, "5000.00"), (3, "20000.00")]).await;
}

async fn total(kit: &testkit::Kit, column: &str) -> Fen {
    Fen::new(kit.number(&format!("select cast(coalesce(sum({column}), 0) as bigint) from contribution_due")).await)
}

type Gates = (oneshot::Sender<()>, oneshot::Receiver<()>);

/// Enrols worker 9 at firm 1 from July on, and waits half way for a word.
struct EnrolSlowly {
    gates: std::sync::Mutex<Option<Gates>>,
}

impl control::Act for EnrolSlowly {
    const ACTION: control::Action = control::Action::EnrolStaff;
    type Answer = usize;
    type Error = contribution::AssessError;

    async fn subject(&self, _: &mut control::Op) -> Result<control::Subject, contribution::AssessError> {
        Ok(control::Subject::Employer(firm(1)))
    }

    async fn act(&self, op: &mut control::Op) -> Result<usize, contribution::AssessError> {
        let base = FirstBase { person: worker(9), from: month("2017-07"), wage: yuan("3000.00") };
        contribution::declare::first_bases(op, firm(1), &[base]).await?;
        let gates = self.gates.lock().unwrap().take();
        if let Some((enrolled, may_go_on)) = gates {
            enrolled.send(()).unwrap();
            may_go_on.await.unwrap();
        }
        const ENROL: &str = "insert into registry_insured (person_id, id, employer_id, scheme, insurances, from_month, \
            recorded_at) values ($1, $2, $3, 'enterprise', 31, 201707, $4)";
        let values = [worker(9).into(), relation_of(9).into(), firm(1).into(), op.at().into()];
        op.execute(ENROL, values).await?;
        Ok(contribution::assess::catch_up(op, firm(1), &[worker(9)]).await?.len())
    }
}

static SYSTEM: control::Actor = control::Actor::system(control::Channel::Worker);

/// Whether it broke off.
async fn futures_died<F: Future + Send + std::panic::UnwindSafe>(work: F) -> bool {
    use std::task::Poll;
    let mut work = Box::pin(work);
    std::future::poll_fn(|context| {
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(Poll::Ready(_)) => Poll::Ready(false),
            Ok(Poll::Pending) => Poll::Pending,
            Err(_) => Poll::Ready(true),
        }
    })
    .await
}

testkit::both_engines! {
    on SCHEMA;

    /// The first time whole, again nothing, after a correction the difference; who and when is told.
    async fn a_month_is_assessed_once_and_then_by_its_differences(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        three(&kit).await;
        declared(&kit, 1, "2017-01", "2017-12").await;
        let first = assess_month(&kit, 1, "2017-07").await;
        assert_eq!((first.lines, first.first.clone(), first.provisional), (3, None, false));
        let pension = (total(&kit, "pension_personal").await, total(&kit, "pension_employer").await);
        // 3600, 5000 and the ceiling of 14246.75: 288 + 400 + 1139.74, and 720 + 1000 + 2849.35
        assert_eq!(pension, (yuan("1827.74"), yuan("4569.35")));
        let again = assess_month(&kit, 1, "2017-07").await;
        assert_eq!((again.lines, again.worker, again.unit), (0, Fen::ZERO, Fen::ZERO));
        let known = again.first.unwrap();
        assert_eq!((known.by.as_str(), known.at), ("system", kit.desk.now()));
        let declared = declare(&kit, "c1", "2017-07", &[(1, "4000.00")]).await;
        assert_eq!((declared.changed, declared.assessed_again), (1, vec![month("2017-07")]));
        assert_eq!(total(&kit, "pension_personal").await, yuan("1859.74"));
        assert_eq!(kit.number("select count(*) from contribution_due where number > 0").await, 1);
        let back = declare(&kit, "c2", "2017-07", &[(1, "3600.00")]).await;
        assert_eq!(back.assessed_again.len(), 1);
        assert_eq!(total(&kit, "pension_personal").await, yuan("1827.74"));
        verified(&kit).await;
    }

    /// Two employers pay for the same people and month at once: each month sums both lines, whoever comes first.
    async fn two_employers_pay_for_the_same_people_at_once(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        register(&kit, 1, EmployerKind::Enterprise, 6).await;
        register(&kit, 2, EmployerKind::Enterprise, 6).await;
        let pension = InsuranceSet::NONE.with(Insurance::Pension).with(Insurance::Unemployment);
        let insured = |firm, insurances| {
            move |worker| Hired { worker, firm, insurances, from: "2017-07", until: None }
        };
        let both = (1..60).map(insured(1, pension)).chain((1..60).map(insured(2, Insurance::Injury.into())));
        hire(&kit, &both.collect::<Vec<_>>()).await;
        let paid: Vec<(u128, &str)> = (1..60).map(|worker| (worker, "4000.00")).collect();
        for number in [1, 2] {
            wages(&kit, number, "2017-07", &paid).await;
            declared(&kit, number, "2017-07", "2017-07").await;
            assess_month(&kit, number, "2017-07").await;
        }
        let notes = [demand(&kit, "both-1", 1, "2017-07", None).await, demand(&kit, "both-2", 2, "2017-07", None).await];
        let [first, second] = notes.each_ref().map(|note| note.owing(policy(), day("2017-07-20")).unwrap().total.to_string());
        tokio::join!(pay_demand(&kit, 1, &notes[0], &first), pay_demand(&kit, 2, &notes[1], &second));
        assert_eq!(kit.number("select count(*) from contribution_month where sources = 2").await, 59);
        verified(&kit).await;
    }

    /// Rates that change between two months give two right months.
    async fn april_and_may_2019_are_each_right(kit: Kit) {
        kit.set_today(day("2019-05-31"));
        register(&kit, 1, EmployerKind::Enterprise, 6).await;
        staff(&kit, 1..2, "2019-01").await;
        wages(&kit, 1, "2019-01", &[(1, "6000.00")]).await;
        declared(&kit, 1, "2019-01", "2019-12").await;
        for of in ["2019-04", "2019-05"] {
            assess_month(&kit, 1, of).await;
        }
        let unit = |of: &str| format!("select pension_employer from contribution_due where fee_month = {of}");
        assert_eq!(kit.number(&unit("201904")).await, 120_000);
        assert_eq!(kit.number(&unit("201905")).await, 96_000);
        let demand = demand(&kit, "r", 1, "2019-05", None).await;
        let claims: Fen = demand.claims.iter().map(|claim| claim.open().total()).sum();
        let dues: i64 = kit.number("select cast(sum(coalesce(pension_employer, 0) + coalesce(pension_personal, 0) + \
            coalesce(medical_employer, 0) + coalesce(medical_personal, 0) + coalesce(unemployment_employer, 0) + \
            coalesce(unemployment_personal, 0) + coalesce(injury_employer, 0) + coalesce(maternity_employer, 0)) as bigint) \
            from contribution_due").await;
        assert_eq!(claims, Fen::new(dues));
    }

    /// 社会保险法 art. 62: 110 % of last month, paid and credited to nobody; declared later it is settled, and what is over pays
    /// the next month.
    async fn an_undeclared_month_is_provisional_until_it_is_declared(kit: Kit) {
        kit.set_today(day("2017-06-20"));
        register(&kit, 1, EmployerKind::Enterprise, 6).await;
        hire(&kit, &[Hired { worker: 1, firm: 1, insurances: Insurance::Pension.into(), from: "2017-01", until: None }]).await;
        wages(&kit, 1, "2017-06", &[(1, "3600.00")]).await;
        declared(&kit, 1, "2017-06", "2017-06").await;
        let june = demand(&kit, "june", 1, "2017-06", None).await;
        pay_demand(&kit, 1, &june, "1008.00").await;
        kit.set_today(day("2017-07-20"));
        let july = demand(&kit, "july", 1, "2017-07", None).await;
        assert_eq!(july.total, yuan("1108.80"));
        assert!(july.claims.iter().all(|claim| claim.kind == ClaimKind::Provisional));
        pay_demand(&kit, 2, &july, "1108.80").await;
        assert_eq!(kit.number("select count(*) from contribution_month").await, 1);
        assert_eq!(credited(&kit, ledger::account::CONTRIBUTION_CARRIED_OVER).await, yuan("1108.80"));
        verified(&kit).await;
        let settled = declare(&kit, "late", "2017-07", &[]).await;
        assert_eq!(settled.assessed_again, [month("2017-07")]);
        assert_eq!(kit.number("select count(*) from contribution_month").await, 2);
        assert_eq!(credited(&kit, ledger::account::CONTRIBUTION_CARRIED_OVER).await, yuan("100.80"));
        verified(&kit).await;
        kit.set_today(day("2017-08-20"));
        declare(&kit, "aug", "2017-08", &[]).await;
        let august = demand(&kit, "august", 1, "2017-08", None).await;
        assert_eq!(august.total, yuan("907.20"), "1008.00 less what was over");
        pay_demand(&kit, 3, &august, "907.20").await;
        assert_eq!(credited(&kit, ledger::account::CONTRIBUTION_CARRIED_OVER).await, Fen::ZERO);
        assert_eq!(verified(&kit).await.months, 3);
    }

    /// Parts go to the oldest month first, principal before surcharge, the workers' part before the employer's; a month counts
    /// when its principal is whole.
    async fn part_payments_are_allocated_and_credited_when_whole(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        register(&kit, 1, EmployerKind::Enterprise, 6).await;
        hire(&kit, &[Hired { worker: 1, firm: 1, insurances: Insurance::Pension.into(), from: "2017-01", until: None }]).await;
        wages(&kit, 1, "2017-01", &[(1, "3600.00")]).await;
        declared(&kit, 1, "2017-01", "2017-12").await;
        assess_month(&kit, 1, "2017-06").await;
        let note = demand(&kit, "parts", 1, "2017-07", None).await;
        // June: 1008.00, 20 days late: 10.08
        assert_eq!(note.total, yuan("2026.08"));
        let first = pay_demand(&kit, 1, &note, "1000.00").await;
        assert_eq!((first.principal, first.surcharge), (Sides { worker: yuan("288.00"), unit: yuan("712.00") }, Fen::ZERO));
        assert_eq!(kit.number("select count(*) from contribution_month").await, 0);
        let known = demands(&kit.desk.view(), firm(1), 5).await.unwrap();
        assert_eq!(known[0].state, DemandState::PartPaid);
        verified(&kit).await;
        let second = pay_demand(&kit, 2, &note, "18.08").await;
        assert_eq!((second.principal.total(), second.surcharge), (yuan("8.00"), yuan("10.08")));
        assert_eq!(kit.number("select count(*) from contribution_month").await, 1);
        kit.set_today(day("2017-08-10"));
        let third = pay_demand(&kit, 3, &note, "2000.00").await;
        // July: 1008.00, 10 days late: 5.04
        assert_eq!((third.principal.total(), third.surcharge, third.over), (yuan("1008.00"), yuan("5.04"), yuan("986.96")));
        assert!(third.work_item.is_some());
        let found = verified(&kit).await;
        assert_eq!((found.held, found.surcharge, found.months), (yuan("986.96"), yuan("15.12"), 2));
        let known = demands(&kit.desk.view(), firm(1), 5).await.unwrap();
        assert_eq!((known[0].state, known[0].claims[0].state), (DemandState::Paid, ClaimState::Credited));
    }

    /// A correction downwards of a paid month pays the next one.
    async fn what_was_too_much_pays_the_next_month(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        three(&kit).await;
        declared(&kit, 1, "2017-01", "2017-12").await;
        let july = demand(&kit, "j", 1, "2017-07", Some(vec![Insurance::Pension])).await;
        pay_demand(&kit, 1, &july, &july.total.to_string()).await;
        kit.set_today(day("2017-08-20"));
        declare(&kit, "d", "2017-07", &[(2, "4000.00")]).await;
        let all = Some(vec![Insurance::Pension]);
        let august = demand(&kit, "a", 1, "2017-08", all).await;
        // August stays at 5000, as the year was declared: 6397.09 less the 280.00 of July
        assert_eq!(august.total, yuan("6117.09"));
        pay_demand(&kit, 2, &august, "6117.09").await;
        verified(&kit).await;
        let base = "select pension_base from contribution_month where fee_month = 201707 and person_id in \
            (select person_id from contribution_due where pension_base = -100000)";
        assert_eq!(kit.number(base).await, 400_000);
    }

    /// Who was enrolled late is billed for the months that had been assessed, since their own days; who left is taken out.
    async fn joining_and_leaving_late_writes_the_difference(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        three(&kit).await;
        declared(&kit, 1, "2017-01", "2017-12").await;
        assess_month(&kit, 1, "2017-06").await;
        hire(&kit, &[Hired { worker: 4, firm: 1, insurances: InsuranceSet::ALL, from: "2017-06", until: None }]).await;
        wages(&kit, 1, "2017-06", &[(4, "3000.00")]).await;
        let joined = assess_month(&kit, 1, "2017-06").await;
        assert_eq!(joined.lines, 1);
        let kind = "select count(*) from contribution_claim where kind = 'back_payment'";
        assert_eq!(kit.number(kind).await, 5);
        kit.tamper("update registry_insured set from_month = 201704, until_month = 201705, ended_at = recorded_at, \
            end_reason = 'resigned' where from_month = 201706").await;
        let left = assess_month(&kit, 1, "2017-06").await;
        assert_eq!((left.lines, left.unit + left.worker), (1, -joined.unit - joined.worker));
        verified(&kit).await;
    }

    /// A run over the city; broken off it goes on, again it does nothing, and the first is named.
    async fn the_city_is_assessed_in_stretches_that_can_be_broken_off(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        let mut hired = Vec::new();
        for number in 1..=250u128 {
            register(&kit, number, EmployerKind::Enterprise, u8::try_from(number % 8 + 1).unwrap()).await;
            hired.push(Hired { worker: number, firm: number, insurances: InsuranceSet::ALL, from: "2017-01", until: None });
            declared(&kit, number, "2017-01", "2017-12").await;
            wages(&kit, number, "2017-01", &[(number, "4321.00")]).await;
        }
        hire(&kit, &hired).await;
        let sums = "select cast(sum(worker + unit) as bigint) from contribution_claim where fee_month = 201706";
        // The program dies in the middle: two stretches are committed, the third never is.
        let (desk, stretches) = (&kit.desk, std::sync::atomic::AtomicU64::new(0));
        let told = |_| assert!(stretches.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 1, "dies");
        let dies = std::panic::AssertUnwindSafe(in_stretches(desk, &SYSTEM, month("2017-06"), 100, &told));
        assert!(futures_died(dies).await);
        assert_eq!(kit.number("select count(*) from contribution_due").await, 200);
        let ran = in_stretches(&kit.desk, &system(), month("2017-06"), 100, &|_| {}).await.unwrap();
        assert_eq!((ran.run.number, ran.run.employers, ran.run.lines, ran.first), (0, 250, 250, None));
        let half_way = kit.number(sums).await;
        let again = whole_city(&kit.desk, &system(), month("2017-06"), &|_| {}).await.unwrap();
        assert_eq!((again.run.number, again.run.lines), (1, 0));
        assert_eq!(again.first.map(|first| first.at), Some(ran.run.started_at));
        assert_eq!(kit.number(sums).await, half_way);
        whole_city(&kit.desk, &system(), month("2017-07"), &|_| {}).await.unwrap();
        let in_one = kit.number("select cast(sum(worker + unit) as bigint) from contribution_claim where fee_month = 201707").await;
        assert_eq!(half_way, in_one, "the same as without dying");
        assert_eq!(verified(&kit).await.dues, 500);
    }

    /// Somebody is enrolled while the city is assessed: the month has them, whoever comes first.
    async fn who_is_enrolled_while_the_city_is_assessed_is_assessed(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        three(&kit).await;
        declared(&kit, 1, "2017-07", "2017-07").await;
        enter(&kit, worker(9), 9).await;
        let ((enrolled, was_enrolled), (goes_on, may_go_on)) = (oneshot::channel(), oneshot::channel());
        let gates = std::sync::Mutex::new(Some((enrolled, may_go_on)));
        let desk = kit.desk.clone();
        let enrolling = tokio::spawn(async move { desk.perform(&system(), EnrolSlowly { gates }).await });
        was_enrolled.await.unwrap();
        let desk = kit.desk.clone();
        let assessing = tokio::spawn(async move { whole_city(&desk, &system(), month("2017-07"), &|_| {}).await });
        if kit.engine() == control::Engine::Postgres {
            while kit.number("select count(*) from pg_locks where not granted").await == 0 {
                tokio::task::yield_now().await;
            }
        }
        goes_on.send(()).unwrap();
        enrolling.await.unwrap().unwrap();
        assessing.await.unwrap().unwrap();
        assert_eq!(kit.number("select count(*) from contribution_due").await, 4);
        verified(&kit).await;
    }

    /// Every refusal of declaring, in order of precedence.
    async fn declaring_refuses(kit: Kit) {
        kit.set_today(day("2017-07-20"));
        three(&kit).await;
        let declare = |name: &str, of: &str, wages: Vec<(u128, &str, Option<&str>)>| Declare {
            key: key(name),
            employer: firm(1),
            period: Period::Month(month(of)),
            wages: wages
                .into_iter()
                .map(|(person, wage, reason)| Wage {
                    person: worker(person),
                    wage: yuan(wage),
                    reason: reason.map(str::to_owned),
                })
                .collect(),
        };
        let ask = async |act: Declare| refused(kit.desk.perform(&system(), act).await);
        assert_eq!(ask(declare("f", "2017-08", vec![])).await, "declare_month_in_future");
        assert_eq!(ask(declare("n", "2017-07", vec![(1, "-1.00", None)])).await, "declare_wage_negative");
        assert_eq!(ask(declare("t", "2017-07", vec![(1, "3700.00", None), (1, "3800.00", None)])).await, "declare_twice_in_list");
        assert_eq!(ask(declare("s", "2017-07", vec![(77, "3700.00", None)])).await, "declare_not_staff");
        let asked = kit.desk.perform(&system(), declare("o", "2017-07", vec![(1, "36000.00", None)])).await;
        let Err(Declined::Refused(DeclareError::ReasonAsked(outliers))) = asked else { panic!("{asked:?}") };
        assert_eq!((outliers[0].before, outliers[0].why), (Some(yuan("3600.00")), OutlierKind::Rise));
        let taken = kit.desk.perform(&system(), declare("ok", "2017-07", vec![(1, "36000.00", Some("年终奖"))])).await.unwrap();
        assert_eq!(taken.outliers.len(), 1);
        assert_eq!(kit.number("select count(*) from control_work_item where kind = 'wage_outlier'").await, 1);
        assert_eq!(ask(declare("ok", "2017-07", vec![])).await, "key_reused");
        let same = kit.desk.perform(&system(), declare("ok", "2017-07", vec![(1, "36000.00", Some("年终奖"))])).await.unwrap();
        assert_eq!(same, taken);
    }
}
