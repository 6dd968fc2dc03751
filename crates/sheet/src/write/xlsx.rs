//! A workbook of one sheet, the smallest that Excel, WPS and LibreOffice open without a word.

use super::{Export, Written, runs};
use quick_xml::escape::escape;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Cell formats by number: 0 general, 1 header, 2 text, 3 text that looks like a formula, 4 amount, 5 day.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>"#;
const SHEET_BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="60" width="20" customWidth="1" style="2"/></cols><sheetData>"#;
/// Characters that a sheet's name may not have.
const FORBIDDEN_IN_NAME: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
const NAME_CHARS_MAX: usize = 31;

pub(super) fn workbook(export: &Export) -> Vec<u8> {
    let name: String = export.name.chars().filter(|c| !FORBIDDEN_IN_NAME.contains(c)).take(NAME_CHARS_MAX).collect();
    let name = if name.is_empty() { "1" } else { name.as_str() };
    let workbook = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        escape(name)
    );
    let sheet = sheet(export);
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", workbook.as_str()),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    packed(&parts).unwrap_or_default()
}

/// Into memory, where nothing can fail but our own mistake.
fn packed(parts: &[(&str, &str)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in parts {
        archive.start_file(*name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

fn sheet(export: &Export) -> String {
    let mut xml = String::from(SHEET_BEGIN);
    xml.push_str("<row>");
    for text in &export.header {
        put_text(&mut xml, text, 1);
    }
    xml.push_str("</row>");
    for row in &export.rows {
        xml.push_str("<row>");
        for cell in row {
            put(&mut xml, cell);
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

fn put(xml: &mut String, cell: &Written) {
    // Writing into a string does not fail.
    let _ = match cell {
        Written::Empty => write!(xml, "<c/>"),
        Written::Text(text) => {
            put_text(xml, text, if runs(text) { 3 } else { 2 });
            Ok(())
        }
        Written::Whole(count) => write!(xml, r#"<c s="0"><v>{count}</v></c>"#),
        Written::Amount(amount) => write!(xml, r#"<c s="4"><v>{amount}</v></c>"#),
        Written::Day(day) => write!(xml, r#"<c s="5"><v>{}</v></c>"#, counted(*day)),
        Written::Month(month) => {
            put_text(xml, &month.to_string(), 2);
            Ok(())
        }
    };
}

fn put_text(xml: &mut String, text: &str, style: u8) {
    // Characters that XML has no way to write are left out.
    let kept: String = text.chars().filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r')).collect();
    let kept = kept.replace(['\u{FFFE}', '\u{FFFF}'], "");
    let _ = write!(
        xml,
        r#"<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
        escape(kept.as_str())
    );
}

/// Excel's count of days. Before March 1900 its calendar is wrong, and nothing of ours lies there.
fn counted(day: kernel::Date) -> i64 {
    kernel::Date::from_ymd_opt(1899, 12, 30).map_or(0, |first| day.signed_duration_since(first).num_days())
}
