//! The short message service of Aliyun (Dysmsapi, SendSms, version 2017-05-25) in its RPC form, and the demo's handset.
//!
//! # Sending
//! `GET /` with a query, or `POST /` with a form (query and form together are the parameters):
//!
//! | parameter | value |
//! |---|---|
//! | AccessKeyId | the account's |
//! | Action | `SendSms` |
//! | Version | `2017-05-25` |
//! | Format | `JSON` |
//! | RegionId | `cn-hangzhou` (any, optional) |
//! | SignatureMethod, SignatureVersion | `HMAC-SHA1`, `1.0` |
//! | SignatureNonce | never twice |
//! | Timestamp | UTC, `2026-11-23T06:20:00Z`, at most 15 min from the provider's clock |
//! | Signature | see below |
//! | PhoneNumbers | one mainland mobile number, 11 digits from 1, or up to 1000 parted by commas |
//! | SignName | a signature name of the account (`至简社保`) |
//! | TemplateCode | a template of the account (`SMS_100000001`) |
//! | TemplateParam | JSON object with every variable of the template: `{"code":"123456"}` |
//! | OutId | ours, optional, comes back in the report |
//!
//! `Signature = base64(HMAC-SHA1(AccessKeySecret "&", METHOD "&" pe("/") "&" pe(CANONICAL)))`, where CANONICAL is every parameter except Signature, sorted by name (bytes), as
//! `pe(name)=pe(value)` joined by `&`, and `pe` percent-encodes UTF-8 bytes except `A-Z a-z 0-9 - _ . ~` (space `%20`, `*` `%2A`, upper-case hex).
//!
//! Answer, 200: `{"Code":"OK","Message":"OK","RequestId":"UUID","BizId":"900619746936498440^0"}`. Refused by the business, also 200: `Code` `isv.MOBILE_NUMBER_ILLEGAL`,
//! `isv.SMS_SIGNATURE_ILLEGAL`, `isv.SMS_TEMPLATE_ILLEGAL`, `isv.TEMPLATE_MISSING_PARAMETERS`, `isv.INVALID_JSON_PARAM`, `isv.BUSINESS_LIMIT_CONTROL`, without BizId. Refused at the door:
//! `{"Code","Message","RequestId","HostId"}` with 404 `InvalidAccessKeyId.NotFound`, 404 `InvalidAction.NotFound`, 400 `SignatureDoesNotMatch`, 400 `SignatureNonceUsed`, 400 `InvalidTimeStamp.Expired`,
//! 400 `MissingParameter` (the Message names it), 400 `InvalidVersion`, 503 `ServiceUnavailable`.
//!
//! # Delivery report
//! Where the account has a `report_url`, `POST` there, a JSON array:
//! `[{"phone_number":"13900000001","send_time":"2026-11-23 14:20:00","report_time":"2026-11-23 14:20:01","success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"…","out_id":"…"}]`.
//! Expected answer: 200 `{"code":0,"msg":"接收成功"}`; otherwise repeated after 1 s and 5 s. Times are of +08:00.
//!
//! # The demo's handset
//! `GET /inbox?phone=` is a page with the messages, newest first; `GET /inbox.json?phone=13900000001` → `[{"phone","sign_name","template_code","text","param":{…},"out_id","biz_id","at"}]`, newest first
//! (`text` is what the handset shows: `【至简社保】验证码 123456，五分钟内有效。`). Both are ours, not the provider's.
//!
//! # Controls (not signed)
//! `GET|POST /outside/faults` reads or replaces [`Faults`].
