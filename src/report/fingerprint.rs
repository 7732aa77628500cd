//! Fingerprints: what a finding is known by from run to run.
//!
//! A fingerprint stays the same while code elsewhere in the file comes and goes. It is a hash of the hazard, the path, the
//! enclosing function, the text of the line with its blanks evened out, and a number that tells apart findings equal in all
//! of these.

use rustc_hash::FxHashMap;

use super::Report;
use crate::diagnostic::Diagnostic;

/// The fingerprints of the findings, in their order.
pub fn fingerprints(report: &Report<'_>) -> Vec<String> {
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    let number = |finding: &Diagnostic| {
        let file = report.files.get(finding.location.file);
        let line = file.text_of(file.line_span(file.line_at(finding.location.span.start)));
        let line: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = hash(&[finding.hazard, &file.path, &finding.scope, &line]);
        let occurrence = seen.entry(key).or_default();
        *occurrence += 1;
        let parts = [finding.hazard, &file.path, &finding.scope, &line, &occurrence.to_string()];
        format!("{:016x}", hash(&parts))
    };
    report.findings.iter().map(number).collect()
}

/// FNV-1a over the parts, which a zero byte keeps apart. Part of the output: it must never change.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(hash(&[]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(&["a"]), 0x089b_e207_b544_f1e4);
    }
}
