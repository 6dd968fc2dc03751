//! A round trip against the stand-in for a bank: the seam fits more than one gateway.

use crate::stand::{GiveBack, attempt, machinery, order, settle};
use kernel::Fen;
use outside::bank::{Client, Config, Faults, Running};
use payment::gateway::bank::{self, Bank, FileError, ReturnFile};
use payment::gateway::{Closing, Report, Visit};
use payment::{Confirmed, GatewayError, GatewayKind, Gateways, Mismatch, RecordRefund, RefundOutcome};
use serde_json::{Value, json};
use testkit::{Kit, both_engines};

const BANK: GatewayKind = GatewayKind::Bank;
const VISIT: Visit<'_> = Visit { return_url: "http://127.0.0.1:8080/bill/1", notify_url: "", client_ip: "127.0.0.1" };

async fn open(kit: &Kit) -> (Running, Gateways) {
    // An error says that another test of this program has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let key = "a shared key of these tests";
    let mut config = Config::new(Client { id: "ZHIJIAN".to_owned(), key: key.to_owned() });
    config.clock = outside::clock::Clock::fixed(kit.desk.now());
    let running = outside::bank::start(config).await.unwrap();
    let config = bank::Config {
        base_url: running.url(),
        client: "ZHIJIAN".to_owned(),
        key: key.to_owned().into(),
        payee_account: "1304990000000000001".to_owned(),
        payee_name: "社会保险经办机构收入户（演示）".to_owned(),
    };
    let bank = Bank::new(config, kit.clock.clone()).unwrap();
    (running, Gateways { wechat_pay: None, bank: Some(bank) })
}

async fn transfer(bank: &Running, number: &str, amount: Option<&str>) {
    let body = json!({ "note_number": number, "payer_account": "6222000000000000001", "payer_name": "张三", "amount": amount });
    let url = format!("{}/outside/pay", bank.url());
    let told: Value = reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap();
    assert!(told["bank_serial"].is_string(), "{told}");
}

both_engines! {
    on [payment::MIGRATIONS];

    async fn from_note_to_return_file(kit: Kit) {
        let (bank, gateways) = open(&kit).await;
        let today = kernel::business_date(kit.desk.now());
        let order = order(&kit, 78411).await;
        let attempt = attempt(&kit, order.id, BANK).await;
        assert_eq!(gateways.query(BANK, &attempt.number).await.unwrap(), Report::Unknown);
        let page = gateways.cashier(&attempt, VISIT).await.unwrap();
        assert!(page.contains("/pay/") && page.ends_with("?return_url=http%3A%2F%2F127.0.0.1%3A8080%2Fbill%2F1"), "{page}");
        assert_eq!(gateways.cashier(&attempt, VISIT).await.unwrap(), page, "the same again");
        assert_eq!(gateways.query(BANK, &attempt.number).await.unwrap(), Report::Waiting);

        transfer(&bank, &attempt.number, None).await;
        let Report::Paid(money) = gateways.query(BANK, &attempt.number).await.unwrap() else { panic!("paid") };
        let Confirmed::First { receipt, .. } = settle(&kit, money).await else { panic!("first") };
        assert_eq!(gateways.close(BANK, &attempt.number).await.unwrap(), Closing::Paid);
        assert_eq!(payment::payer_of(&kit.desk.view(), receipt.id).await.unwrap(), None);
        let refund = kit.desk.perform(&machinery(), GiveBack(receipt.id, 100)).await.unwrap();
        assert!(gateways.refund(&refund, None, "").await.is_err(), "nobody knows where to yet");

        // The return file tells of the same transfer, and of where it came from.
        let arrived = gateways.arrivals(BANK, today).await.unwrap();
        assert_eq!(arrived.len(), 1);
        for money in arrived {
            assert_eq!(settle(&kit, money).await, Confirmed::Repeat { receipt: receipt.clone() });
        }
        let payer = payment::payer_of(&kit.desk.view(), receipt.id).await.unwrap().unwrap();
        assert_eq!((payer.account.as_str(), payer.name.as_str()), ("6222000000000000001", "张三"));
        assert_eq!(format!("{payer:?}"), "PayerAccount(***)");
        assert_eq!(kit.number("select count(*) from payment_receipt where payer is not null").await, 1);

        assert_eq!(gateways.refund(&refund, Some(&payer), "").await.unwrap(), RefundOutcome::Processing);
        assert!(bank.cut(today).is_some());
        let outcome = gateways.query_refund(&refund).await.unwrap();
        assert_eq!(outcome, RefundOutcome::Done(kit.desk.now()));
        kit.desk.perform(&machinery(), RecordRefund { refund: refund.id, outcome }).await.unwrap();

        let rows = gateways.daily_bill(BANK, today).await.unwrap();
        let day = payment::reconcile(&kit.desk.view(), BANK, today, &rows).await.unwrap();
        assert_eq!((day.matched, day.differences()), (2, 0), "{day:?}");
    }

    async fn what_people_transfer_by_themselves_is_kept(kit: Kit) {
        let (bank, gateways) = open(&kit).await;
        let today = kernel::business_date(kit.desk.now());
        let order = order(&kit, 100).await;
        let attempt = attempt(&kit, order.id, BANK).await;
        gateways.cashier(&attempt, VISIT).await.unwrap();
        transfer(&bank, &attempt.number, Some("0.99")).await;
        transfer(&bank, "SK20260302000001", Some("5.00")).await;
        let mut why = Vec::new();
        for money in gateways.arrivals(BANK, today).await.unwrap() {
            let Confirmed::Unmatched { why: mismatch, receipt } = settle(&kit, money).await else { panic!("unmatched") };
            why.push((mismatch, receipt.amount));
        }
        assert_eq!(why, [(Mismatch::WrongAmount, Fen::new(99)), (Mismatch::UnknownNumber, Fen::new(500))]);
    }

    async fn an_unpaid_note_is_cancelled(kit: Kit) {
        let (_bank, gateways) = open(&kit).await;
        let order = order(&kit, 100).await;
        let attempt = attempt(&kit, order.id, BANK).await;
        gateways.cashier(&attempt, VISIT).await.unwrap();
        for _ in 0..2 {
            assert_eq!(gateways.close(BANK, &attempt.number).await.unwrap(), Closing::Closed);
        }
        assert_eq!(gateways.query(BANK, &attempt.number).await.unwrap(), Report::Closed);
        assert_eq!(gateways.close(BANK, "ZJ0NEVERB1").await.unwrap(), Closing::Closed);
    }

    async fn a_return_file_that_does_not_add_up_is_refused(kit: Kit) {
        for fault in [
            Faults { bad_digest: true, ..Faults::default() },
            Faults { bad_count: true, ..Faults::default() },
            Faults { cut_short: true, ..Faults::default() },
        ] {
            let (bank, gateways) = open(&kit).await;
            bank.set_faults(fault);
            transfer(&bank, "SK20260302000001", Some("5.00")).await;
            let refused = gateways.arrivals(BANK, kernel::business_date(kit.desk.now())).await;
            assert!(matches!(refused, Err(GatewayError::Unusable(_))), "{refused:?}");
        }
    }
}

#[test]
fn each_damage_of_a_file_has_its_name() {
    let body = "H|ZJRET1|UTF-8|20260302001|2026-03-02|2|784.11|100.00\n\
        D|1|C|SK1|6222000000000000001|张三|784.11|B1|2026-03-02T14:20:00+08:00|0000|养老保险费\n\
        D|2|P|PO1|6222000000000000002|李四|100.00|B2|2026-03-02T15:00:00+08:00|0000|退费\n";
    let file = |body: &str| {
        let hash = hex::encode(ring::digest::digest(&ring::digest::SHA256, body.as_bytes()));
        format!("{body}T|2|784.11|100.00|{hash}\n")
    };
    let parse = |text: &str| ReturnFile::parse(text.as_bytes());
    assert_eq!(parse(&file(body)).unwrap().rows.len(), 2);
    assert_eq!(parse(""), Err(FileError::Form(1)));
    assert_eq!(parse(&file(body).replacen("784.11|B1", "784.12|B1", 1)), Err(FileError::Hash));
    let other = parse(&file(&body.replacen("784.11|B1", "784.12|B1", 1)));
    assert!(matches!(other, Err(FileError::Totals { .. })), "{other:?}");
    assert_eq!(parse(&file(&body.replacen("D|2|", "D|3|", 1))), Err(FileError::Form(3)));
    assert_eq!(parse(&file(&body.replacen("|C|", "|X|", 1))), Err(FileError::Form(2)));
    assert_eq!(parse(&file(&body.replacen("ZJRET1", "ZJRET2", 1))), Err(FileError::Form(1)));
    assert_eq!(parse(body), Err(FileError::Form(3)));
}
