//! The stand-ins that a demo starts, with throw-away keys, and the settings by which the hall knows them.

use super::home::{Home, one_line};
use crate::settings::{Agency, Bank, RealName, Settings, Sms, WeChatPay};
use city::Plan;
use outside::{bank, real_name, sms, wechat_pay};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the stand-ins listen; any free port where the wished one is taken.
#[derive(Clone, Copy)]
pub(super) struct Ports {
    first: u16,
}

impl Ports {
    pub(super) const fn after(hall: u16) -> Ports {
        Ports { first: hall.saturating_add(1) }
    }

    fn of(self, offset: u16) -> u16 {
        let wished = self.first.saturating_add(offset);
        std::net::TcpListener::bind(("127.0.0.1", wished)).map_or(0, |_| wished)
    }
}

/// The running stand-ins.
pub(super) struct OutsideWorld {
    pub(super) wechat_pay: wechat_pay::Running,
    pub(super) bank: bank::Running,
    pub(super) sms: sms::Running,
    pub(super) real_name: real_name::Running,
}

const MCHID: &str = "1900009191";
const APPID: &str = "wxd678efh567hg6787";
const SERIAL: &str = "DEMO0000000000000000000000000000000MERCHANT";
const CLIENT: &str = "ZHIJIAN";
const SIGN_NAME: &str = "邯郸社保";
const AGENCY: &str = "邯郸市社会保险事业管理中心（演示）";

impl OutsideWorld {
    pub(super) async fn start(home: &Home, ports: Ports, plan: &Plan) -> Result<OutsideWorld, String> {
        let secrets = Secrets::open(home)?;
        let folder = home.file("outside");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        let clock = outside::clock::Clock::ahead(super::home::ahead());
        let merchant = wechat_pay::Merchant {
            mchid: MCHID.to_owned(),
            appid: APPID.to_owned(),
            name: AGENCY.to_owned(),
            serial: SERIAL.to_owned(),
            public_key_pem: secrets.text("merchant-public.pem")?,
            apiv3_key: secrets.text("apiv3-key")?,
        };
        let wechat = wechat_pay::Config {
            port: ports.of(0),
            folder: Some(folder.clone()),
            bill_day: wechat_pay::BillDay::Today,
            clock: clock.clone(),
            ..wechat_pay::Config::new(merchant)
        };
        let client = bank::Client { id: CLIENT.to_owned(), key: secrets.text("bank-key")? };
        let bank_config = bank::Config {
            port: ports.of(1),
            folder: Some(folder.clone()),
            clock: clock.clone(),
            ..bank::Config::new(client)
        };
        let sms_config = sms::Config {
            port: ports.of(2),
            folder: Some(folder),
            clock: clock.clone(),
            ..sms::Config::new(secrets.sms()?)
        };
        let client = real_name::Client { id: CLIENT.to_owned(), key: secrets.text("real-name-key")? };
        let real_name_config = real_name::Config { port: ports.of(3), clock, ..real_name::Config::new(client) };
        let world = OutsideWorld {
            wechat_pay: wechat_pay::start(wechat).await.map_err(|error| one_line(&error))?,
            bank: bank::start(bank_config).await.map_err(|error| one_line(&error))?,
            sms: sms::start(sms_config).await.map_err(|error| one_line(&error))?,
            real_name: real_name::start(real_name_config).await.map_err(|error| one_line(&error))?,
        };
        world.introduce_people(plan);
        Ok(world)
    }

    /// The real-name service knows the city's people, as the public security knows a city's.
    fn introduce_people(&self, plan: &Plan) {
        let Ok(history) = plan.history() else { return };
        let lives = (0..plan.people).map(|index| city::Life::of(plan.seed, index, plan.people, history));
        let people = lives.filter_map(|life| {
            let phone = life.phone?;
            Some(real_name::Person { name: life.name, id_number: life.id_number.reveal().to_owned(), phone })
        });
        self.real_name.add_people(people);
    }

    /// The settings of a hall that uses these stand-ins, also written beside the data for `zhijian serve`.
    pub(super) fn settings(&self, home: &Home, listen: SocketAddr) -> Result<Settings, String> {
        let secrets = Secrets::open(home)?;
        let mut platform_keys = BTreeMap::new();
        for key in self.wechat_pay.platform_keys() {
            let name = format!("{}.pem", key.serial);
            secrets.write(&name, &key.public_key_pem)?;
            platform_keys.insert(key.serial, secrets.path(&name));
        }
        let settings = Settings {
            listen,
            public_url: format!("http://{listen}"),
            area: "130400".to_owned(),
            city_zh: "邯郸社保 演示".to_owned(),
            city_en: "Handan Social Insurance (demo)".to_owned(),
            behind_tls: false,
            demo: true,
            agency: Agency { name: AGENCY.to_owned(), seal: None, fonts: None, signing: home.file("signing") },
            wechat_pay: Some(WeChatPay {
                url: self.wechat_pay.url(),
                mchid: MCHID.to_owned(),
                appid: APPID.to_owned(),
                serial: SERIAL.to_owned(),
                private_key: secrets.path("merchant-private.pem"),
                apiv3_key: secrets.path("apiv3-key"),
                platform_keys,
            }),
            bank: Some(Bank {
                url: self.bank.url(),
                client: CLIENT.to_owned(),
                key: secrets.path("bank-key"),
                payee_account: "6217000012345678907".to_owned(),
                payee_name: AGENCY.to_owned(),
            }),
            sms: Sms {
                url: self.sms.url(),
                access_key_id: "demo".to_owned(),
                access_key_secret: secrets.path("sms-key"),
                sign_name: SIGN_NAME.to_owned(),
                templates: template_codes(),
            },
            real_name: RealName {
                url: self.real_name.url(),
                client: CLIENT.to_owned(),
                key: secrets.path("real-name-key"),
            },
        };
        let text = toml::to_string(&settings).map_err(|error| error.to_string())?;
        std::fs::write(home.file("zhijian.toml"), text).map_err(|error| error.to_string())?;
        Ok(settings)
    }

    pub(super) async fn stop(self) {
        self.wechat_pay.stop().await;
        self.bank.stop().await;
        self.sms.stop().await;
        self.real_name.stop().await;
    }
}

fn template_codes() -> BTreeMap<String, String> {
    message::Template::ALL.iter().map(|template| (template.to_string(), format!("SMS_{template}"))).collect()
}

/// What the provider would have approved: the texts by template code.
fn template_texts() -> BTreeMap<String, String> {
    use message::Template as T;
    let text = |template: &T| match template {
        T::Code => "您的验证码是${code}，5分钟内有效。工作人员不会向您索要。",
        T::AccountOpened => "您的社保网上账户已开通。如非本人办理，请拨打12333。",
        T::PasswordChanged => "您的登录密码已修改。如非本人操作，请拨打12333。",
        T::PhoneChanged => "您的登录手机号已修改。如非本人操作，请拨打12333。",
        T::PaymentReceived => "您缴纳的${months}个月社保费共${amount}元已到账，凭证可在网上大厅下载。",
        T::PaidTwice => "您有${amount}元重复缴费，将由工作人员核对后原路退回。",
        T::Refunded => "您的${amount}元已退回原支付账户。",
        T::SupplementOwed => "本年度缴费基数已公布，您需补差${amount}元，不收滞纳金。",
    };
    T::ALL.iter().map(|template| (format!("SMS_{template}"), text(template).to_owned())).collect()
}

/// Throw-away secrets of a demo, made once.
struct Secrets {
    folder: PathBuf,
}

impl Secrets {
    fn open(home: &Home) -> Result<Secrets, String> {
        let folder = home.file("secrets");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        let secrets = Secrets { folder };
        if !secrets.path("merchant-private.pem").exists() {
            let pair = wechat_pay::MerchantKeyPair::generate().map_err(|error| one_line(&error))?;
            secrets.write("merchant-public.pem", &pair.public_pem)?;
            for name in ["apiv3-key", "bank-key", "sms-key", "real-name-key"] {
                secrets.write(name, &random_text()?)?;
            }
            secrets.write("merchant-private.pem", &pair.private_pem)?;
        }
        Ok(secrets)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn text(&self, name: &str) -> Result<String, String> {
        let path = self.path(name);
        std::fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        use std::io::Write;
        let path = self.path(name);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| format!("{} cannot be written: {error}", path.display()))
    }

    fn sms(&self) -> Result<sms::Account, String> {
        Ok(sms::Account {
            access_key_id: "demo".to_owned(),
            access_key_secret: self.text("sms-key")?,
            sign_names: vec![SIGN_NAME.to_owned()],
            templates: template_texts(),
            report_url: None,
        })
    }
}

/// 32 letters and digits.
fn random_text() -> Result<String, String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no randomness: {error}"))?;
    Ok(hex::encode(bytes))
}
