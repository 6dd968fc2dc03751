//! The hall: the program `zhijian` and everything that it serves over HTTP.
//!
//! Purpose: every channel over the same verbs. A handler parses, opens the desk, calls one verb and renders; it decides
//! nothing. Pages work without JavaScript, in Chinese and English, from 320 px on, and in the senior edition.
//! Law: 个人信息保护法 art. 5 to 9 (logs and addresses carry no personal data); 适老化 rules of the MIIT of 2021;
//! GB/T 37668-2019 and WCAG 2.2 AA.
//! Invariants: no SQL and no transaction here; no inline script or style, and no request to a third party (the content
//! security policy forbids them); whatever is refused is one [`problem::Problem`], rendered as a page or as JSON.
//! Tables owned: none.

pub mod app;
pub mod channels;
pub mod chart;
pub mod cli;
mod guard;
mod journal;
pub mod page;
pub mod problem;
pub mod session;
pub mod settings;
pub mod statics;
pub mod texts;
pub mod typed;
pub mod working;

pub use app::{App, Config, router};
