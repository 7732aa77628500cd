//! From bytes to text, as Python reads its source: UTF-8, with or without a byte order mark, or what a coding cookie says.
//!
//! Whatever the bytes are, a text comes out. Bytes that cannot be read become `?`, one for one, so that offsets stay true
//! and the rest of the file is still analysed.

use super::lines::offset;
use super::{Problem, Span};

/// How offsets into the text relate to offsets into the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Byte for byte, after a byte order mark where there is one.
    Utf8 {
        /// Whether the file starts with a byte order mark.
        bom: bool,
    },
    /// Each character of the text is one byte of the file.
    SingleByte,
}

impl Encoding {
    /// The offset in the file of an offset in the text.
    pub fn offset_on_disk(self, text: &str, at: u32) -> u32 {
        match self {
            Self::Utf8 { bom: false } => at,
            Self::Utf8 { bom: true } => at + 3,
            Self::SingleByte => offset(text[..at as usize].chars().count()),
        }
    }
}

/// A text and where it comes from.
#[derive(Debug)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// How its offsets relate to the file's.
    pub encoding: Encoding,
    /// What could not be read.
    pub problem: Option<Problem>,
}

/// Decodes a Python file.
pub fn decode(bytes: &[u8]) -> Decoded {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let message = "the file is UTF-16, which Python does not read; save it as UTF-8".to_owned();
        let problem = Some(Problem { span: Span::default(), message });
        return Decoded { text: String::new(), encoding: Encoding::Utf8 { bom: false }, problem };
    }
    let (bom, body) = bytes.strip_prefix(b"\xef\xbb\xbf").map_or((false, bytes), |rest| (true, rest));
    let encoding = Encoding::Utf8 { bom };
    let invalid = match std::str::from_utf8(body) {
        Ok(text) if bom || declared(body) != Declared::Latin => {
            return Decoded { text: text.to_owned(), encoding, problem: None };
        }
        Ok(_) => 0,
        Err(error) => error.valid_up_to(),
    };
    match declared(body) {
        Declared::Latin if !bom => {
            let text = body.iter().map(|&byte| char::from(byte)).collect();
            Decoded { text, encoding: Encoding::SingleByte, problem: None }
        }
        Declared::Other if !bom => Decoded { text: replace_invalid(body), encoding, problem: None },
        Declared::Utf8 | Declared::Latin | Declared::Other => {
            let span = Span { start: offset(invalid), end: offset(invalid + 1) };
            let message = format!(
                "byte 0x{:02x} is not UTF-8; save the file as UTF-8 or declare its encoding in the first line",
                body[invalid]
            );
            Decoded { text: replace_invalid(body), encoding, problem: Some(Problem { span, message }) }
        }
    }
}

/// What the first two lines say about the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Declared {
    /// UTF-8, ASCII or nothing.
    Utf8,
    /// One byte is one character, the same as Unicode's first 256 (give or take a few signs).
    Latin,
    /// An encoding that is not decoded: all that matters here is that ASCII is ASCII in it.
    Other,
}

/// Reads the coding cookie (PEP 263): a comment in the first or second line with `coding[:=] name`.
fn declared(bytes: &[u8]) -> Declared {
    for line in bytes.split(|&byte| byte == b'\n').take(2) {
        let line = line.trim_ascii_start();
        if line.is_empty() {
            continue;
        }
        if !line.starts_with(b"#") {
            return Declared::Utf8;
        }
        let line = String::from_utf8_lossy(line);
        let Some(at) = line.find("coding:").or_else(|| line.find("coding=")) else { continue };
        let name: String = line[at + "coding:".len()..]
            .trim_start_matches([' ', '\t'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() })
            .collect();
        return match name.as_str() {
            "" | "utf-8" | "utf8" | "utf-8-sig" | "ascii" | "us-ascii" => Declared::Utf8,
            "latin-1" | "latin1" | "l1" | "iso-8859-1" | "iso8859-1" | "iso-8859-15" | "iso8859-15" | "latin-9"
            | "cp1252" | "windows-1252" => Declared::Latin,
            _ => Declared::Other,
        };
    }
    Declared::Utf8
}

/// The text with every byte that is not UTF-8 replaced by `?`.
fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_may_stand_in_the_second_line() {
        assert_eq!(declared(b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\n"), Declared::Latin);
        assert_eq!(declared(b"x = 1\n# coding: latin-1\n"), Declared::Utf8);
        assert_eq!(declared(b"# coding: gbk\n"), Declared::Other);
        assert_eq!(declared(b"# coding: UTF_8\n"), Declared::Utf8);
    }

    #[test]
    fn an_encoding_that_is_not_decoded_keeps_offsets() {
        let decoded = decode(b"# coding: gbk\ns = '\xc4\xe3'\nb = 2\n");
        assert!(decoded.problem.is_none());
        assert_eq!(decoded.text.find("b = 2"), Some(23));
    }

    #[test]
    fn utf_16_is_a_problem() {
        assert!(decode(b"\xff\xfea\0").problem.is_some());
    }
}
