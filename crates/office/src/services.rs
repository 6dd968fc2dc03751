//! What reaches outside: the gateways, the SMS provider, the printing press with the agency's seal and key.

use record::Issuer;
use std::sync::Arc;

/// The services that handlers and the worker share. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The payment gateways.
    pub gateways: Arc<payment::Gateways>,
    /// The SMS provider.
    pub sms: Arc<message::SmsGateway>,
    /// Press, seal and signing key.
    pub issuer: Arc<Issuer>,
    /// Under which address the gateways reach the hall with their notices, without a slash at the end.
    pub notice_url: String,
}
