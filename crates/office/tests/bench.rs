//! The benchmark of payments runs, on both engines, and leaves books that stand: it cannot rot, and the bare driver does what
//! the verb does. No time is asserted.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use control::{Clock, Keys};
use office::bench::{self, Load, Place, STEPS};
use outside::bank::{Client, Config, Running, Transfer};
use payment::gateway::bank::{self, Bank};
use payment::{Attempt, Verified};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use testkit::both_engines;

const KEY: &str = "a shared key of this test";

/// A bank at which people pay, and our client there.
struct Town {
    bank: Running,
    client: Bank,
    clock: Arc<dyn Clock>,
}

impl Town {
    async fn open(clock: Arc<dyn Clock>) -> Town {
        // An error says that another test of this program has installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = Config::new(Client { id: "ZHIJIAN".to_owned(), key: KEY.to_owned() });
        config.clock = outside::clock::Clock::fixed(clock.now());
        let bank = outside::bank::start(config).await.unwrap();
        let config = bank::Config {
            base_url: bank.url(),
            client: "ZHIJIAN".to_owned(),
            key: KEY.to_owned().into(),
            payee_account: "1304990000000000001".to_owned(),
            payee_name: "社会保险经办机构收入户（演示）".to_owned(),
        };
        let client = Bank::new(config, clock.clone()).unwrap();
        Town { bank, client, clock }
    }

    /// People pay, and the bank says so in its return files.
    async fn report(&self, attempts: Vec<Attempt>) -> Result<Vec<Verified>, String> {
        for Attempt { number, amount, .. } in attempts {
            let (payer_account, payer_name) = ("6222000000000000001".to_owned(), "测试人员".to_owned());
            self.bank
                .transfer(Transfer { note_number: number, payer_account, payer_name, amount: Some(amount) })
                .unwrap();
        }
        let day = kernel::business_date(self.clock.now());
        self.client.arrivals(day).await.map_err(|error| error.to_string())
    }
}

both_engines! {
    on [
        registry::MIGRATIONS, message::MIGRATIONS, account::MIGRATIONS, ledger::MIGRATIONS, payment::MIGRATIONS,
        record::MIGRATIONS, contribution::MIGRATIONS
    ];

    async fn the_benchmark_of_payments_settles_as_the_verb_does(kit: Kit) {
        let (clock, steps) = (bench::clock(), AtomicU32::new(0));
        let town = Town::open(clock.clone()).await;
        let keys = || Keys::open_or_create(&kit.key_file());
        let place = Place { url: kit.url(), keys: &keys, clock };
        let load = Load { clients: 4, length: Duration::from_millis(250) };
        let report = async |attempts: Vec<Attempt>| town.report(attempts).await;
        let count = || {
            steps.fetch_add(1, Ordering::Relaxed);
        };
        let measured = bench::payments(&place, load, report, count).await.unwrap();
        assert_eq!(steps.into_inner(), STEPS);
        assert!(measured.per_s > 0 && measured.limit_per_s > 0 && measured.payments > 0, "{measured:?}");

        // What the verb and the driver have paid stands alike: a receipt, a journal, three months, an audit line, a job each.
        let paid = kit.number("select count(*) from contribution_bill where state = 'paid'").await;
        assert!(paid > i64::try_from(measured.payments).unwrap(), "the driver pays too");
        for (each, of) in [
            (1, "payment_order where state = 'paid'"),
            (1, "payment_receipt where standing = 'counted'"),
            (1, "ledger_journal"),
            (3, "ledger_line"),
            (3, "contribution_month"),
            (3, "contribution_line"),
            (1, "control_audit where action = 'settle_payment'"),
            (1, "control_job"),
        ] {
            assert_eq!(kit.number(&format!("select count(*) from {of}")).await, each * paid, "{of}");
        }
        let books = office::books::verify(&kit.desk.view(), &|_| {}).await.unwrap();
        assert!(books.is_ok(), "{books:?}");
    }
}
