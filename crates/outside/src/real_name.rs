//! A real-name service: do this name, identity number and phone belong to one person?
//!
//! # Asking
//! `POST /v1/three-elements`
//! ```text
//! X-Client: ZHIJIAN
//! X-Signature: HEX
//! Content-Type: application/json
//!
//! {"name":"张三","id_number":"130499199001010013","phone":"13900000001","nonce":"16 to 64 of 0-9 A-Z a-z _ -","timestamp":1795443600}
//! ```
//! `HEX = lower-case hex of HMAC-SHA256(shared key, "POST" "\n" "/v1/three-elements" "\n" raw body "\n")`; the key is the bytes of the configured text. `timestamp` is unix
//! seconds, at most 300 s from the service's clock; a nonce is taken once.
//!
//! Answer, 200, with `X-Signature` = hex of `HMAC-SHA256(shared key, raw body "\n" nonce of the request "\n")`:
//! `{"result":"match","serial":"RN-…"}`. result: `match`; `mismatch` (the number is known, but name or phone is another's); `not_found` (no such number).
//!
//! Errors: the status and `{"code","message"}`: 401 `BAD_SIGNATURE` (client, signature, skew, replay), 400 `BAD_REQUEST` (not JSON, an empty name, a malformed number or phone), 429
//! `LIMITED`, 503 `UNAVAILABLE`. Errors carry no signature and must be read as "no answer", never as a mismatch.
//!
//! # Controls, for demos and tests only (not signed)
//! `POST /outside/people` takes JSON lines, or a JSON array, of `{"name","id_number","phone"}` and adds them (the last of a number wins) → `{"people":5000}` · `GET|POST /outside/faults` reads or
//! replaces [`Faults`]. In process: [`Running::add_people`]. At the start: [`Config::people_file`], JSON lines. Fictitious people only.
