//! The QR code of a verification address as one SVG path of horizontal runs (error level M).

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use std::fmt::Write;

/// An address too long for a QR code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the verification address is too long for a QR code")]
pub struct QrError;

/// Modules of light around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// A vector image of the code.
///
/// # Errors
/// [`QrError`] for an address of more than about 2,300 bytes.
pub fn svg(address: &str) -> Result<String, QrError> {
    let code = QRBuilder::new(address).ecl(ECL::M).build().map_err(|_| QrError)?;
    let mut path = String::with_capacity(4096);
    for (row, modules) in code.data.chunks(code.size).take(code.size).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|left, right| left.value() == right.value()) {
            if run.first().is_some_and(|module| module.value()) {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{} {}h{}v1h-{}z", column + QUIET, row + QUIET, run.len(), run.len());
            }
            column += run.len();
        }
    }
    let side = code.size + 2 * QUIET;
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}"><path fill="#000" d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners() {
        let image = svg("http://127.0.0.1:8080/verify/7K3M0QX27K3M0QX2").unwrap();
        // The top edge of both upper finder patterns (seven dark modules), the quiet zone before them.
        assert!(image.contains("M4 4h7v1h-7z"), "{image}");
        assert_eq!(image.matches("h7v1h-7z").count(), 6, "top and bottom edge of three finder patterns");
        assert_ne!(image, svg("http://127.0.0.1:8080/verify/7K3M0QX27K3M0QX3").unwrap());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(svg(&"长".repeat(2000)), Err(QrError));
    }
}
