//! A round trip against the stand-in for WeChat Pay, which shares no code with the client.

use crate::stand::{GiveBack, attempt, machinery, order, settle};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use kernel::{Fen, Fund};
use outside::wechat_pay::{BillDay, Config, Faults, Merchant, Running, SealFault};
use payment::gateway::wechat_pay::{Notice, PlatformKey, VerifyError, WeChatPay};
use payment::gateway::{Closing, Report, Visit};
use payment::{Confirmed, GatewayError, GatewayKind, Gateways, RecordRefund, RefundOutcome, RefundState, RowKind};
use serde_json::{Value, json};
use testkit::{Kit, both_engines};
use tokio::sync::mpsc::{Receiver, channel};

const WECHAT_PAY: GatewayKind = GatewayKind::WeChatPay;

/// The platform, our client of it, and the address that takes its notices.
struct Scene {
    platform: Running,
    gateways: Gateways,
    notices: Receiver<(HeaderMap, Bytes)>,
    notify_url: String,
}

impl Scene {
    async fn open(kit: &Kit) -> Scene {
        let mut config = Config::new(Merchant {
            mchid: crate::stand::MCHID.to_owned(),
            appid: crate::stand::APPID.to_owned(),
            name: "社会保险经办机构（演示）".to_owned(),
            serial: "5A5A".to_owned(),
            public_key_pem: crate::stand::MERCHANT_PUBLIC_PEM.to_owned(),
            apiv3_key: crate::stand::APIV3_KEY.to_owned(),
        });
        config.clock = outside::clock::Clock::fixed(kit.desk.now());
        config.bill_day = BillDay::Today;
        let platform = outside::wechat_pay::start(config).await.unwrap();
        let client = WeChatPay::new(crate::stand::config(&platform.url(), keys(&platform)), kit.clock.clone()).unwrap();

        let (sender, notices) = channel(16);
        let take = move |headers: HeaderMap, body: Bytes| async move {
            sender.send((headers, body)).await.unwrap();
            StatusCode::NO_CONTENT
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let notify_url = format!("http://{}/notice", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/notice", axum::routing::post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Scene { platform, gateways: Gateways { wechat_pay: Some(client), bank: None }, notices, notify_url }
    }

    fn client(&self) -> &WeChatPay {
        self.gateways.wechat_pay.as_ref().unwrap()
    }

    fn visit(&self) -> Visit<'_> {
        let return_url = "http://127.0.0.1:8080/bill/1?from=cashier";
        Visit { return_url, notify_url: &self.notify_url, client_ip: "127.0.0.1" }
    }

    async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/outside/{path}", self.platform.url());
        reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    async fn notice(&mut self, kit: &Kit) -> Notice {
        let (headers, body) = self.notices.recv().await.unwrap();
        self.client().verify_notice(&headers, &body, kit.desk.now()).unwrap()
    }
}

fn keys(platform: &Running) -> Vec<PlatformKey> {
    let known = platform.platform_keys().into_iter();
    known.map(|key| PlatformKey { serial: key.serial, public_key_pem: key.public_key_pem }).collect()
}

both_engines! {
    on [payment::MIGRATIONS];

    async fn from_order_to_bill(kit: Kit) {
        let mut scene = Scene::open(&kit).await;
        let order = order(&kit, 78411).await;
        let attempt = attempt(&kit, order.id, WECHAT_PAY).await;
        assert_eq!(scene.gateways.query(WECHAT_PAY, &attempt.number).await.unwrap(), Report::Unknown);
        let page = scene.gateways.cashier(&attempt, scene.visit()).await.unwrap();
        assert!(page.contains("/cashier?prepay_id=") && page.ends_with("bill%2F1%3Ffrom%3Dcashier"), "{page}");
        scene.gateways.cashier(&attempt, scene.visit()).await.expect("the same again");
        assert_eq!(scene.gateways.query(WECHAT_PAY, &attempt.number).await.unwrap(), Report::Waiting);

        let told = scene.control("pay", json!({ "out_trade_no": attempt.number, "notice": "await" })).await;
        assert_eq!(told["statuses"], json!([204]));
        let Notice::Paid(money) = scene.notice(&kit).await else { panic!("a payment") };
        let Confirmed::First { receipt, .. } = settle(&kit, money).await else { panic!("first") };
        assert_eq!((receipt.amount, receipt.number.as_str()), (Fen::new(78411), attempt.number.as_str()));
        let Report::Paid(money) = scene.gateways.query(WECHAT_PAY, &attempt.number).await.unwrap() else { panic!("paid") };
        assert_eq!(settle(&kit, money).await, Confirmed::Repeat { receipt: receipt.clone() });
        assert_eq!(scene.gateways.close(WECHAT_PAY, &attempt.number).await.unwrap(), Closing::Paid);

        let refund = kit.desk.perform(&machinery(), GiveBack(receipt.id, 11)).await.unwrap();
        let sent = scene.gateways.refund(&refund, None, &scene.notify_url).await.unwrap();
        assert_eq!(sent, RefundOutcome::Processing);
        let Notice::Refund { number, outcome } = scene.notice(&kit).await else { panic!("a refund") };
        assert_eq!(number, refund.number);
        assert_eq!(scene.gateways.query_refund(&refund).await.unwrap(), outcome);
        let recorded = kit.desk.perform(&machinery(), RecordRefund { refund: refund.id, outcome }).await.unwrap();
        assert_eq!(recorded.state, RefundState::Done);

        let today = kernel::business_date(kit.desk.now());
        let rows = scene.gateways.daily_bill(WECHAT_PAY, today).await.unwrap();
        let day = payment::reconcile(&kit.desk.view(), WECHAT_PAY, today, &rows).await.unwrap();
        assert_eq!((day.matched, day.differences()), (2, 0), "{day:?}");
        assert_eq!(day.received[&Some(Fund::EnterprisePension)], Fen::new(78411));
        assert_eq!(day.refunded[&Some(Fund::EnterprisePension)], Fen::new(11));

        // A row that the gateway leaves out, one that it invents, one with another amount.
        scene.platform.set_faults(Faults { omit_from_bill: vec![refund.number.clone()], ..Faults::default() });
        let mut rows = scene.gateways.daily_bill(WECHAT_PAY, today).await.unwrap();
        rows[0].amount = Fen::new(1);
        rows.push(payment::DailyRow { reference: "invented".to_owned(), ..rows[0].clone() });
        let day = payment::reconcile(&kit.desk.view(), WECHAT_PAY, today, &rows).await.unwrap();
        assert_eq!((day.matched, day.differences()), (0, 3), "{day:?}");
        assert_eq!(day.missing_there[0].reference, refund.number);
        assert_eq!(day.missing_there[0].kind, RowKind::Refund);
        assert_eq!(day.missing_here[0].reference, "invented");
        assert_eq!((day.differing[0].here, day.differing[0].there), (Fen::new(78411), Fen::new(1)));

        scene.platform.set_faults(Faults { wrong_bill_hash: true, ..Faults::default() });
        let refused = scene.gateways.daily_bill(WECHAT_PAY, today).await;
        assert!(matches!(refused, Err(GatewayError::Unusable(_))), "{refused:?}");
    }

    async fn an_unpaid_order_is_closed(kit: Kit) {
        let scene = Scene::open(&kit).await;
        let order = order(&kit, 100).await;
        let attempt = attempt(&kit, order.id, WECHAT_PAY).await;
        let code = scene.client().native(&attempt, scene.visit()).await.unwrap();
        assert!(code.starts_with("weixin://"), "{code}");
        for _ in 0..2 {
            assert_eq!(scene.gateways.close(WECHAT_PAY, &attempt.number).await.unwrap(), Closing::Closed);
        }
        assert_eq!(scene.gateways.query(WECHAT_PAY, &attempt.number).await.unwrap(), Report::Closed);
        assert_eq!(scene.gateways.close(WECHAT_PAY, "ZJ0NEVERW1").await.unwrap(), Closing::Closed);
        let nobody = scene.gateways.query(GatewayKind::Bank, "ZJ0NEVERB1").await;
        assert!(matches!(nobody, Err(GatewayError::NotOffered(GatewayKind::Bank))));
    }

    async fn an_answer_that_cannot_be_trusted_says_nothing(kit: Kit) {
        let scene = Scene::open(&kit).await;
        let query = || scene.gateways.query(WECHAT_PAY, "ZJ0NEVERW1");
        for (fault, refusal) in [
            (SealFault::Forged, VerifyError::Forged),
            (SealFault::Probe, VerifyError::Probe),
            (SealFault::Missing, VerifyError::NoHeader("Wechatpay-Signature")),
        ] {
            scene.platform.set_faults(Faults { answer_signature: fault, ..Faults::default() });
            let refused = query().await;
            assert!(matches!(&refused, Err(GatewayError::Untrusted(why)) if *why == refusal), "{refused:?}");
        }
        scene.platform.set_faults(Faults { unavailable: true, ..Faults::default() });
        let refused = query().await;
        assert!(matches!(&refused, Err(GatewayError::Refused { status: 500, .. })), "{refused:?}");

        scene.platform.set_faults(Faults::default());
        let serial = scene.platform.rotate_key().unwrap();
        let refused = query().await;
        assert!(
            matches!(&refused, Err(GatewayError::Untrusted(VerifyError::UnknownSerial(s))) if *s == serial),
            "{refused:?}"
        );
        for key in keys(&scene.platform) {
            scene.client().trust(&key).unwrap();
        }
        assert_eq!(query().await.unwrap(), Report::Unknown);
        scene.platform.stop().await;
        let url = "http://127.0.0.1:9".to_owned();
        let nobody = WeChatPay::new(crate::stand::config(&url, vec![]), kit.clock.clone()).unwrap();
        let gateways = Gateways { wechat_pay: Some(nobody), bank: None };
        assert!(matches!(gateways.query(WECHAT_PAY, "ZJ0NEVERW1").await, Err(GatewayError::NoAnswer(_))));
    }
}
