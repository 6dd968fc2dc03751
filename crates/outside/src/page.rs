//! The stand-ins' pages: plain Chinese HTML that works without JavaScript, on a phone and with a screen reader.

use axum::response::{Html, IntoResponse, Response};

const STYLE: &str = "\
*{box-sizing:border-box}\
body{margin:0;background:#f2f5f8;color:#16212c;font:16px/1.65 'PingFang SC','HarmonyOS Sans SC','MiSans','Microsoft YaHei','Noto Sans SC',system-ui,sans-serif;overflow-wrap:anywhere}\
header{background:var(--brand);color:#fff;padding:14px 20px;font-weight:700;font-size:1.1rem}\
main{max-width:30rem;margin:0 auto;padding:20px}\
.card{background:#fff;border:1px solid #d5dde5;border-radius:12px;padding:20px;margin-bottom:16px}\
h1{font-size:1.35rem;line-height:1.4;margin:0 0 12px}h2{font-size:1.05rem;margin:0 0 4px}\
.sum{font-size:2.4rem;font-weight:700;text-align:center;margin:8px 0 16px;font-variant-numeric:tabular-nums}\
dl{display:grid;grid-template-columns:6rem 1fr;gap:6px 12px;margin:0}dt{color:#465667}dd{margin:0}\
label{display:block;font-weight:600;margin:12px 0 4px}\
input{width:100%;min-height:48px;font:inherit;padding:8px 12px;border:1px solid #5d6d7e;border-radius:8px;background:#fff;color:inherit}\
button{display:block;width:100%;min-height:52px;font:inherit;font-weight:700;border-radius:10px;border:2px solid var(--brand);margin-top:14px;cursor:pointer}\
.go{background:var(--brand);color:#fff}.back{background:#fff;color:var(--brand)}\
a{color:#0b558f}:focus-visible{outline:3px solid #16212c;outline-offset:2px;box-shadow:0 0 0 6px #ffbf1f}\
.note{color:#465667;font-size:.93rem}";

/// Who shows the page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum House {
    WechatPay,
    Bank,
    Handset,
}

impl House {
    fn name(self) -> &'static str {
        match self {
            House::WechatPay => "微信支付（演示）",
            House::Bank => "演示银行",
            House::Handset => "演示手机",
        }
    }

    /// A dark colour: white on it has a contrast of at least 4.5.
    fn colour(self) -> &'static str {
        match self {
            House::WechatPay => "#06733c",
            House::Bank => "#8a1c1c",
            House::Handset => "#0b558f",
        }
    }
}

/// A whole page. `main` is HTML, `title` is text.
pub(crate) fn page(house: House, title: &str, main: &str) -> Response {
    let (name, colour, title) = (house.name(), house.colour(), escape(title));
    let html = format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} - {name}</title>\n\
         <style>:root{{--brand:{colour}}}{STYLE}</style>\n</head>\n<body>\n<header>{name}</header>\n<main>\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n"
    );
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    let headers =
        [("content-security-policy", policy), ("cache-control", "no-store"), ("referrer-policy", "no-referrer")];
    (headers, Html(html)).into_response()
}

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A return address that a page may send a person back to.
pub(crate) fn return_address(text: &str) -> Option<&str> {
    let is_web = text.starts_with("http://") || text.starts_with("https://");
    (is_web && text.len() <= 2048 && text.bytes().all(|b| b.is_ascii_graphic())).then_some(text)
}
