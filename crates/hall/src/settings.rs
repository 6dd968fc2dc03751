//! What an agency sets, in one TOML file (`zhijian.toml` in the data folder): addresses, keys by path, the outside services.
//!
//! Unknown names are refused, so that a mistyped one is noticed at start. Secrets stand in files of their own, named by path;
//! only the demo, in which nothing is real, writes its throw-away keys beside it.

use crate::app::{Caller, CityName, Config, Cookies, DemoNote};
use control::Clock;
use kernel::AreaCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the hall listens.
    pub listen: SocketAddr,
    /// The address under which people reach it, without a slash at the end.
    pub public_url: String,
    /// The pooling area.
    pub area: String,
    /// The name of the hall in Chinese.
    pub city_zh: String,
    /// The name of the hall in English.
    pub city_en: String,
    /// `true` where a TLS gateway stands in front: cookies are `Secure`, and it names the caller's address.
    pub behind_tls: bool,
    /// `true` where nothing is real; the pages say so.
    pub demo: bool,
    /// The agency on its papers.
    pub agency: Agency,
    /// WeChat Pay, where it is offered.
    pub wechat_pay: Option<WeChatPay>,
    /// The bank, where it is offered.
    pub bank: Option<Bank>,
    /// The SMS provider.
    pub sms: Sms,
    /// The real-name check.
    pub real_name: RealName,
}

/// The agency on its papers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Its name.
    pub name: String,
    /// Its business seal as SVG; without it the fictitious one of the demo is printed.
    pub seal: Option<PathBuf>,
    /// A folder with further fonts for rare characters.
    pub fonts: Option<PathBuf>,
    /// The folder of the signing key and its certificates.
    pub signing: PathBuf,
}

/// A merchant at WeChat Pay.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeChatPay {
    /// The platform's address.
    pub url: String,
    /// The merchant's number.
    pub mchid: String,
    /// The application.
    pub appid: String,
    /// The serial of the merchant's certificate.
    pub serial: String,
    /// The file with the merchant's private key, PEM.
    pub private_key: PathBuf,
    /// The file with the APIv3 key.
    pub apiv3_key: PathBuf,
    /// The platform's public keys by serial, as paths of PEM files.
    pub platform_keys: BTreeMap<String, PathBuf>,
}

/// The agency's bank.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// The front-end server's address.
    pub url: String,
    /// The agency's name there.
    pub client: String,
    /// The file with the shared key.
    pub key: PathBuf,
    /// The agency's income account.
    pub payee_account: String,
    /// Its holder.
    pub payee_name: String,
}

/// The SMS provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    /// The provider's address.
    pub url: String,
    /// The agency's access key id.
    pub access_key_id: String,
    /// The file with its secret.
    pub access_key_secret: PathBuf,
    /// The signature before each message.
    pub sign_name: String,
    /// The provider's code of each template.
    pub templates: BTreeMap<String, String>,
}

/// The real-name check.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealName {
    /// The service's address.
    pub url: String,
    /// Who we are there.
    pub client: String,
    /// The file with the shared key.
    pub key: PathBuf,
}

/// Why the settings cannot be used, in one line.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file, or one that it names, cannot be read.
    #[error("{path} cannot be read: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("{path}: {why}")]
    Wrong {
        /// Which file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A service cannot be set up with what is given.
    #[error("{service} cannot be set up: {why}")]
    Service {
        /// Which.
        service: &'static str,
        /// What is wrong.
        why: String,
    },
}

fn of_service(service: &'static str) -> impl Fn(&dyn std::fmt::Display) -> SettingsError {
    move |why| SettingsError::Service { service, why: why.to_string() }
}

fn secret(path: &Path) -> Result<Zeroizing<String>, SettingsError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| SettingsError::File { path: path.display().to_string(), source })?;
    Ok(Zeroizing::new(text.trim_end().to_owned()))
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn read(path: &Path) -> Result<Settings, SettingsError> {
        let text = secret(path)?;
        toml::from_str(&text)
            .map_err(|error| SettingsError::Wrong { path: path.display().to_string(), why: error.to_string() })
    }

    /// The area.
    ///
    /// # Errors
    /// [`SettingsError`] where it is no area code.
    pub fn area(&self) -> Result<AreaCode, SettingsError> {
        AreaCode::parse(&self.area).map_err(|error| of_service("area")(&error))
    }

    /// What the hall is told.
    pub fn config(&self) -> Config {
        let cashiers = [self.wechat_pay.as_ref().map(|w| &w.url), self.bank.as_ref().map(|b| &b.url)];
        Config {
            public_url: self.public_url.clone(),
            city: CityName { zh: self.city_zh.clone(), en: self.city_en.clone() },
            cookies: if self.behind_tls { Cookies::Secure } else { Cookies::Plain },
            caller: if self.behind_tls { Caller::BehindGateway } else { Caller::Direct },
            cashiers: cashiers.into_iter().flatten().map(|url| cashier_of(url)).collect(),
            demo: self.demo.then_some(DemoNote),
        }
    }

    /// The clients of the outside services and the press.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn services(&self, clock: &Arc<dyn Clock>) -> Result<office::Services, SettingsError> {
        let gateways = payment::Gateways {
            wechat_pay: self.wechat_pay.as_ref().map(|wechat| wechat.client(clock)).transpose()?,
            bank: self.bank.as_ref().map(|bank| bank.client(clock)).transpose()?,
        };
        Ok(office::Services {
            gateways: Arc::new(gateways),
            sms: Arc::new(self.sms.client()?),
            issuer: Arc::new(self.agency.issuer(&self.public_url, clock)?),
            refund_notice_url: format!("{}/notice/wechat-pay/refund", self.public_url),
        })
    }
}

/// WeChat's cashier lies elsewhere than its API; at a stand-in both are one.
fn cashier_of(api: &str) -> String {
    if api.contains("api.mch.weixin.qq.com") { "https://wx.tenpay.com".to_owned() } else { api.to_owned() }
}

impl WeChatPay {
    fn client(&self, clock: &Arc<dyn Clock>) -> Result<payment::gateway::wechat_pay::WeChatPay, SettingsError> {
        use payment::gateway::wechat_pay::{Config, PlatformKey, WeChatPay};
        let platform_keys = self
            .platform_keys
            .iter()
            .map(|(serial, path)| Ok(PlatformKey { serial: serial.clone(), public_key_pem: secret(path)?.to_string() }))
            .collect::<Result<_, SettingsError>>()?;
        let config = Config {
            base_url: self.url.clone(),
            mchid: self.mchid.clone(),
            appid: self.appid.clone(),
            serial: self.serial.clone(),
            private_key_pem: secret(&self.private_key)?,
            apiv3_key: secret(&self.apiv3_key)?,
            platform_keys,
        };
        WeChatPay::new(config, clock.clone()).map_err(|error| of_service("wechat_pay")(&error))
    }
}

impl Bank {
    fn client(&self, clock: &Arc<dyn Clock>) -> Result<payment::gateway::bank::Bank, SettingsError> {
        let config = payment::gateway::bank::Config {
            base_url: self.url.clone(),
            client: self.client.clone(),
            key: secret(&self.key)?,
            payee_account: self.payee_account.clone(),
            payee_name: self.payee_name.clone(),
        };
        payment::gateway::bank::Bank::new(config, clock.clone()).map_err(|error| of_service("bank")(&error))
    }
}

impl Sms {
    fn client(&self) -> Result<message::Sms, SettingsError> {
        let mut templates = BTreeMap::new();
        for (word, code) in &self.templates {
            let template = word.parse().map_err(|error: kernel::UnknownWord| of_service("sms")(&error))?;
            templates.insert(template, code.clone());
        }
        let config = message::SmsConfig {
            url: self.url.clone(),
            access_key_id: self.access_key_id.clone(),
            access_key_secret: secret(&self.access_key_secret)?.to_string(),
            sign_name: self.sign_name.clone(),
            templates,
        };
        Ok(message::Sms::new(http_client("sms")?, config))
    }
}

impl RealName {
    /// The client.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn client(&self) -> Result<account::RealName, SettingsError> {
        let config = account::RealNameConfig {
            url: self.url.clone(),
            client: self.client.clone(),
            key: secret(&self.key)?.to_string(),
        };
        Ok(account::RealName::new(http_client("real_name")?, config))
    }
}

impl Agency {
    fn issuer(&self, public_url: &str, clock: &Arc<dyn Clock>) -> Result<record::Issuer, SettingsError> {
        let wrong = of_service("agency");
        let seal = match &self.seal {
            Some(path) => record::Seal::from_file(path, &self.name).map_err(|error| wrong(&error))?,
            None => record::Seal::demo(&self.name),
        };
        let press = record::Press::new(seal, self.fonts.clone()).map_err(|error| wrong(&error))?;
        std::fs::create_dir_all(&self.signing)
            .map_err(|source| SettingsError::File { path: self.signing.display().to_string(), source })?;
        let signer = record::Signer::open_or_create(&self.signing, &self.name, clock.now());
        Ok(record::Issuer {
            press,
            signer: signer.map_err(|error| wrong(&error))?,
            agency: self.name.clone(),
            verify_address: format!("{public_url}/verify/"),
        })
    }
}

/// A client with time-outs: an outside service that hangs must not hold a worker.
fn http_client(service: &'static str) -> Result<reqwest::Client, SettingsError> {
    reqwest::Client::builder()
        .connect_timeout(std::time::Duration::from_secs(5))
        .timeout(std::time::Duration::from_secs(15))
        .build()
        .map_err(|error| of_service(service)(&error))
}
