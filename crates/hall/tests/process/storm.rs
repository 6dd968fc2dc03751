//! Payments while the hall is killed again and again. After each kill, before the hall is started again, what lies on the disk
//! is held against what was said: nothing acknowledged is lost. At the end the worker has found what was missed, and the
//! stand-ins' money, the receipts and the books are one sum: nothing is counted twice.

use crate::payer::{Payer, Said};
use crate::plug::{Dice, Plug};
use crate::town::{Citizen, Town, get, http, number, rows};
use control::{Desk, Engine};
use futures::future::join_all;
use kernel::Fen;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval, timeout};
use uuid::Uuid;

const KILLS: u32 = 25;
const SEED: u64 = 20_261_123;
const PEOPLE: u16 = 16;
/// Each person with two devices.
const DEVICES: usize = 2;
/// So many sit at their devices at the same time.
const AT_ONCE: usize = 8;
/// Between two kills the hall never has so little to do; a kill that does not come is a hall that does not answer.
const KILL_MAX: Duration = Duration::from_secs(60);
/// The worker asks after an order of which it heard nothing for 15 seconds, and the platform repeats a notice after 15.
const FOUND_MAX: Duration = Duration::from_secs(90);

/// A fictitious name for everybody.
const NAMES: [&str; 4] = ["王秀英", "李大山", "张国强", "刘桂芳"];

#[test]
fn on_sqlite() {
    run(Engine::Sqlite);
}

#[test]
fn on_postgres() {
    run(Engine::Postgres);
}

fn run(engine: Engine) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(storm(engine));
}

async fn storm(engine: Engine) {
    let town = Town::found(engine).await;
    let name = |order: u16| NAMES[usize::from(order) % NAMES.len()];
    let citizens: Vec<Citizen> = (0..PEOPLE).map(|order| Citizen::new(name(order), 2 * order + 1, None)).collect();
    town.settle(&citizens).await;
    let (plug, said, over) = (Plug::new(), Mutex::new(Said::default()), AtomicBool::new(false));
    plug.put_in(town.open_hall("warn"), u32::MAX);
    let payers = payers(&town, &citizens, &plug, &said).await;
    let paying = join_all(payers.into_iter().map(|some| work_off(some, &over)));
    let killing = async {
        kill_again_and_again(&town, &plug, &said).await;
        over.store(true, Ordering::Relaxed);
    };
    let (payments, ()) = tokio::join!(paying, killing);
    wait_until_found(&town).await;
    plug.pull();
    let payments: u32 = payments.into_iter().sum();
    is_whole(&town, &said.into_inner().unwrap(), payments).await;
}

/// Every device, dealt to those who sit at the same time.
async fn payers<'a>(
    town: &'a Town,
    citizens: &[Citizen],
    plug: &'a Plug,
    said: &'a Mutex<Said>,
) -> Vec<Vec<Payer<'a>>> {
    let http = http();
    let mut seats: Vec<Vec<Payer>> = (0..AT_ONCE).map(|_| Vec::new()).collect();
    for (index, citizen) in citizens.iter().enumerate() {
        for copy in 0..DEVICES {
            let device = index * DEVICES + copy;
            let token = Payer::sign_in(&http, town, &citizen.number).await;
            let dice = Dice::of_seed(SEED + u64::try_from(device).unwrap());
            // The devices of one person are at different seats, in the same turn.
            let payer = Payer { town, plug, said, http: http.clone(), token, dice, device, payments: 0 };
            seats[device % AT_ONCE].push(payer);
        }
    }
    seats
}

/// Pays at one device after another until it is over; answers how many payments were begun.
async fn work_off(mut payers: Vec<Payer<'_>>, over: &AtomicBool) -> u32 {
    while !over.load(Ordering::Relaxed) {
        let mut left = false;
        for payer in &mut payers {
            left |= !over.load(Ordering::Relaxed) && payer.pay().await;
        }
        assert!(left || over.load(Ordering::Relaxed), "every month is paid before the last kill: too few people");
    }
    payers.iter().map(|payer| payer.payments).sum()
}

async fn kill_again_and_again(town: &Town, plug: &Plug, said: &Mutex<Said>) {
    let mut dice = Dice::of_seed(SEED);
    plug.pull();
    for kill in 1..=KILLS {
        plug.put_in(town.open_hall("warn"), 20 + dice.below(60));
        timeout(KILL_MAX, plug.wait_until(false)).await.unwrap_or_else(|_| panic!("kill {kill}: {}", town.log()));
        holds_what_was_said(town, said, kill).await;
    }
    plug.put_in(town.open_hall("warn"), u32::MAX);
}

/// The hall is dead: what lies on the disk holds all that was acknowledged, and the books are right as they lie there.
async fn holds_what_was_said(town: &Town, said: &Mutex<Said>, kill: u32) {
    let (bills, paid) = {
        let said = said.lock().unwrap();
        (said.bills.clone(), said.paid.clone())
    };
    let deliveries = get(&format!("{}/outside/deliveries", town.outside["wechat_pay"])).await;
    let taken = deliveries.as_array().unwrap().iter().filter(|delivery| delivery["status"] == 204);
    let taken: BTreeSet<String> = taken.map(|delivery| delivery["reference"].as_str().unwrap().to_owned()).collect();
    let desk = town.on_disk().await;
    let lost = |said: &BTreeSet<Uuid>, there: BTreeSet<Uuid>| said.difference(&there).copied().collect::<Vec<_>>();
    let gone = lost(&bills, ids(&desk, "select id from contribution_bill").await);
    assert!(gone.is_empty(), "kill {kill}: bills that were issued: {gone:?}");
    let gone = lost(&paid, ids(&desk, "select id from contribution_bill where state = 'paid'").await);
    assert!(gone.is_empty(), "kill {kill}: bills that were called paid: {gone:?}");
    let there: BTreeSet<String> = receipts(&desk).await.into_iter().map(|(number, _)| number).collect();
    let lost: Vec<&String> = taken.difference(&there).collect();
    assert!(lost.is_empty(), "kill {kill}: notices that were taken: {lost:?}");
    let checked = office::books::verify(&desk.view(), &|_| {}).await.unwrap();
    assert!(checked.is_ok(), "kill {kill}: {}", checked.unwrap_err());
    desk.database().close().await;
}

/// Waits until of every payment at the stand-ins there is a receipt, whether a notice came, a person looked or the worker asked.
async fn wait_until_found(town: &Town) {
    let money = money_outside(town).await;
    let desk = town.beside().await;
    let found = async {
        let mut look = interval(Duration::from_millis(200));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while receipts(&desk).await.len() < money.len() {
            look.tick().await;
        }
    };
    let found = timeout(FOUND_MAX, found).await;
    assert!(found.is_ok(), "{} of {} payments were found: {}", receipts(&desk).await.len(), money.len(), town.log());
    desk.database().close().await;
}

async fn is_whole(town: &Town, said: &Said, payments: u32) {
    holds_what_was_said(town, &Mutex::new(Said { bills: said.bills.clone(), ..Said::default() }), KILLS + 1).await;
    let (outside, desk) = (money_outside(town).await, town.on_disk().await);
    assert_eq!(receipts(&desk).await, outside, "each payment is one receipt of its amount");
    let sum: i64 = outside.iter().map(|(_, amount)| amount).sum();
    let in_books = "select cast(sum(amount) as bigint) from ledger_line where account = '100202' and side = 'debit'";
    assert_eq!(number(&desk, in_books).await, sum, "the books hold what the stand-ins took");
    let counted = number(
        &desk,
        "select cast(sum(m.total) as bigint) from contribution_bill_month m join contribution_line l on l.id = m.line_id",
    )
    .await;
    let held = number(&desk, "select cast(sum(amount) as bigint) from contribution_refundable").await;
    assert_eq!(counted + held, sum, "all of it is counted, or held to be given back");
    assert_eq!(number(&desk, "select count(*) from payment_receipt where standing = 'unmatched'").await, 0);
    let twice = "select count(*) from (select person_id, fee_month from contribution_line \
        group by person_id, fee_month having count(*) > 1) as twice";
    assert_eq!(number(&desk, twice).await, 0, "a month counts once");
    let bills = number(&desk, "select count(*) from contribution_bill").await;
    assert_eq!(usize::try_from(bills).unwrap(), said.bills.len(), "whatever was sent again found its own bill");
    let items = number(&desk, "select count(*) from control_work_item where kind = 'duplicate_payment'").await;
    let flagged = "select count(distinct receipt_id) from contribution_refundable";
    assert_eq!(items, number(&desk, flagged).await, "two officers are asked about each payment that came twice");
    assert!(held > 0 && said.unanswered > 0 && !said.paid.is_empty(), "a storm in which nothing happened");
    let verified = town.verify_books();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    assert!(!town.log().contains("panicked"), "{}", town.log());
    eprintln!(
        "{KILLS} kills, {payments} payments begun, {} bills, {} payments of {} outside, {items} came twice, {} requests unanswered",
        said.bills.len(),
        outside.len(),
        Fen::new(sum).grouped(),
        said.unanswered,
    );
}

async fn ids(desk: &Desk, query: &str) -> BTreeSet<Uuid> {
    rows(desk, query).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Number and fen of every receipt.
async fn receipts(desk: &Desk) -> BTreeSet<(String, i64)> {
    let rows = rows(desk, "select number, amount from payment_receipt").await;
    let read = |row: &sea_orm::QueryResult| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
    let read: Vec<(String, i64)> = rows.iter().map(read).collect();
    let (count, set) = (read.len(), BTreeSet::from_iter(read));
    assert_eq!(count, set.len(), "a payment became two receipts");
    set
}

/// Number and fen of every payment that a stand-in took.
async fn money_outside(town: &Town) -> BTreeSet<(String, i64)> {
    let fen = |amount: &Value| serde_json::from_value::<Fen>(amount.clone()).unwrap().fen();
    let orders = get(&format!("{}/outside/orders", town.outside["wechat_pay"])).await;
    let paid = orders.as_array().unwrap().iter().filter(|order| order["state"]["paid"].is_object());
    let by_wechat =
        paid.map(|it| (it["terms"]["out_trade_no"].as_str().unwrap().to_owned(), fen(&it["terms"]["total"])));
    let transfers = get(&format!("{}/outside/transfers", town.outside["bank"])).await;
    let credits = transfers.as_array().unwrap().iter().filter(|it| it["direction"] == "credit");
    let by_bank = credits.map(|it| (it["number"].as_str().unwrap().to_owned(), fen(&it["amount"])));
    by_wechat.chain(by_bank).collect()
}
