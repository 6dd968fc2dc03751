//! What the running hall holds, and the router over all channels.

use crate::problem::Problem;
use crate::texts::Texts;
use crate::{channels, guard};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use control::{Areas, Desk, Migrations};
use kernel::AreaCode;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// What the agency sets.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address under which people reach the hall, without a slash at the end: it stands in QR codes and notices.
    pub public_url: String,
    /// The name of the city's hall in the header, in Chinese and in English.
    pub city: CityName,
    /// Whether cookies are only sent over TLS; false only on a loopback demo.
    pub cookies: Cookies,
    /// Whether a TLS gateway in front names the address of the caller.
    pub caller: Caller,
    /// The origins of cashiers, to which a form may be redirected after a POST: `https://pay.example.cn`.
    pub cashiers: Vec<String>,
    /// Tells people that nothing here is real.
    pub demo: Option<DemoNote>,
}

/// The name of the hall in both languages.
#[derive(Clone, Debug)]
pub struct CityName {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Marks a hall in which nothing is real.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DemoNote;

/// How cookies are guarded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cookies {
    /// `Secure` and under a `__Host-` name: the hall is behind TLS.
    Secure,
    /// Plain, for `http://127.0.0.1`.
    Plain,
}

/// From where the caller's address is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caller {
    /// From the connection.
    Direct,
    /// From the last entry of `X-Forwarded-For`, which the gateway in front writes.
    BehindGateway,
}

impl Config {
    /// A hall on a loopback address, as the demo and the tests open it.
    pub fn loopback(public_url: impl Into<String>) -> Config {
        Config {
            public_url: public_url.into(),
            city: CityName { zh: "邯郸社保 演示".to_owned(), en: "Handan Social Insurance (demo)".to_owned() },
            cookies: Cookies::Plain,
            caller: Caller::Direct,
            cashiers: Vec::new(),
            demo: Some(DemoNote),
        }
    }
}

/// The running hall.
pub struct App {
    areas: Areas,
    desk: Desk,
    /// The words of both languages.
    pub texts: Texts,
    /// What the agency sets.
    pub config: Config,
    /// The figures for `/metrics`, where they are recorded.
    pub metrics: Option<PrometheusHandle>,
    /// The migrations that the database must have run before the hall is ready.
    pub migrations: &'static [&'static Migrations],
    /// Gateways, text messages, the press. None where the hall only shows the public pages.
    pub services: Option<office::Services>,
    /// The real-name service, where one is asked when an account is opened.
    pub real_name: Option<account::RealName>,
}

/// The hall as handlers hold it.
pub type Shared = Arc<App>;

impl App {
    /// The hall of one area. Further fields are set on it before it is shared.
    pub fn new(desk: Desk, config: Config) -> App {
        let areas = Areas::new().with(desk.clone());
        App {
            areas,
            desk,
            texts: Texts::embedded(),
            config,
            metrics: None,
            migrations: &[],
            services: None,
            real_name: None,
        }
    }

    /// The desk of the area that this hall serves.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What reaches outside.
    ///
    /// # Errors
    /// A problem with status 503 where this hall has none.
    pub fn services(&self) -> Result<&office::Services, Problem> {
        self.services.as_ref().ok_or(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_offered"))
    }

    /// The desk of another area that this process serves, where there is one.
    pub fn desk_of(&self, area: AreaCode) -> Option<&Desk> {
        self.areas.desk(area)
    }
}

/// Every route of every channel, behind the same guards.
pub fn router(app: Shared) -> Router {
    router_with(app, Router::new())
}

/// The same with more routes, behind the same guards: the stand-ins' pages of a demo, a broken page of a test.
pub fn router_with(app: Shared, more: Router<Shared>) -> Router {
    let routes = channels::routes().merge(more).layer(DefaultBodyLimit::max(guard::FORM_BYTES_MAX));
    guard::around(routes, &app).with_state(app)
}
