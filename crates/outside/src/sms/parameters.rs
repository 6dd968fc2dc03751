//! The parameters of an RPC call, and the text that is signed.

use std::collections::BTreeMap;

/// By name; the order of a `BTreeMap` is the order of bytes, as the signature wants it.
pub(super) type Parameters = BTreeMap<String, String>;

/// Adds what stands in a query or a form.
pub(super) fn read(parameters: &mut Parameters, encoded: &[u8]) {
    for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let mut half = || decode(halves.next().unwrap_or_default());
        parameters.insert(half(), half());
    }
}

/// A plus is a space, `%41` is a byte.
fn decode(encoded: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => hex::decode([*high, *low]).ok(),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                bytes.extend(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The provider's percent-encoding.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// `METHOD&%2F&CANONICAL`
pub(super) fn to_sign(method: &str, parameters: &Parameters) -> String {
    let signed = parameters.iter().filter(|(name, _)| *name != "Signature");
    let pairs: Vec<String> = signed.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    format!("{method}&%2F&{}", encode(&pairs.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal;

    /// The worked example of the provider's own documentation of the RPC signature (SendSms, testSecret).
    #[test]
    fn the_documented_example_has_the_documented_signature() {
        let mut parameters = Parameters::new();
        read(
            &mut parameters,
            "SignName=%E9%98%BF%E9%87%8C%E4%BA%91%E7%9F%AD%E4%BF%A1%E6%B5%8B%E8%AF%95%E4%B8%93%E7%94%A8&Timestamp=2017-07-12T02%3A42%3A19Z\
             &SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=45e25e9b-0a6f-4070-8c85-2956eda1b466&Format=XML&Action=SendSms\
             &Version=2017-05-25&RegionId=cn-hangzhou&PhoneNumbers=15300000001&TemplateCode=SMS_71390007\
             &TemplateParam=%7B%22customer%22%3A%22test%22%7D&OutId=123&AccessKeyId=testId"
                .as_bytes(),
        );
        let signature = seal::hmac_sha1("testSecret&", to_sign("GET", &parameters).as_bytes());
        assert_eq!(signature, "zJDF+Lrzhj/ThnlvIToysFRq6t4=");
    }

    #[test]
    fn plus_is_a_space_and_a_bare_percent_stays() {
        let mut parameters = Parameters::new();
        read(&mut parameters, b"a=1+2&b=100%&c=%7e");
        assert_eq!(parameters["a"], "1 2");
        assert_eq!(parameters["b"], "100%");
        assert_eq!(parameters["c"], "~");
    }
}
