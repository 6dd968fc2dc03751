//! What reaches outside: the gateways, the SMS provider, the printing press with the agency's seal and key.

use record::Issuer;
use std::sync::Arc;

/// The services that handlers and the worker share. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// The payment gateways.
    pub gateways: Arc<payment::Gateways>,
    /// The SMS provider.
    pub sms: Arc<message::Sms>,
    /// Press, seal and signing key.
    pub issuer: Arc<Issuer>,
    /// Where the gateway sends word of a refund; the job asks too.
    pub refund_notice_url: String,
}
