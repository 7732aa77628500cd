//! A run over a folder of Python, in three sizes.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ndalias::analysis::{ConfigSource, Configs, Input, Options, Outcome, Silent, Timings, analyze};
use ndalias::report::text::{self, Color};
use ndalias::report::{Report, Summary};
use ndalias::source::{Disk, discover};

use crate::machine;

/// Every fourth file, every second, all.
const EVERY: [usize; 3] = [4, 2, 1];

/// Prints the times of each stage for parts of the folder, and how they grow.
pub fn measure(folder: &Path) {
    let options = Options { extend_exclude: vec!["site-packages/".to_owned()], ..Options::default() };
    let configs = Configs::new(&Disk, PathBuf::from("/"), ConfigSource::Isolated, options).expect("no configuration");
    let found = discover(&Disk, &[folder.to_owned()], &|path, is_folder| configs.is_excluded(path, is_folder));
    println!("\n{}", folder.display());
    println!(
        "{:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8}",
        "files", "lines", "findings", "reading", "parsing", "lowering", "analysis", "reporting", "elapsed", "peak"
    );
    let mut per_line = Vec::new();
    for every in EVERY {
        let input = |path: &PathBuf| Input {
            path: path.clone(),
            bytes: None,
            profile: configs.profile(path).expect("no configuration"),
        };
        let inputs: Vec<Input> = found.files.iter().step_by(every).map(input).collect();
        let outcome = run(&inputs);
        per_line.push(nanoseconds_per_line(&outcome));
    }
    let heading = "ns for a line";
    for (every, stages) in EVERY.into_iter().zip(&per_line) {
        let part = if every == 1 { "all".to_owned() } else { format!("1/{every}") };
        println!("{part:>7} {heading:>19} {}", row(stages, 0));
    }
    let ratios: Vec<f64> = per_line[2].iter().zip(&per_line[0]).map(|(all, quarter)| all / quarter).collect();
    println!("{:>7} {:>19} {}", "", "all over 1/4", row(&ratios, 2));
    let [_, parsing, ..] = per_line[2];
    println!("all stages take {:.1} times what parsing takes", per_line[2].iter().sum::<f64>() / parsing);
}

fn run(inputs: &[Input]) -> Outcome {
    machine::forget_peak();
    let started = Instant::now();
    let mut outcome = machine::on_threads(0, || analyze(&Disk, inputs, &Silent));
    let printing = Instant::now();
    let summary = Summary { files: outcome.file_count, findings: outcome.findings.len(), ..Summary::default() };
    let report = Report { findings: &outcome.findings, files: &outcome.files, summary };
    text::write(&report, Color::Never, &mut io::sink()).expect("a sink takes everything");
    outcome.timings.reporting += printing.elapsed();
    let elapsed = started.elapsed().as_secs_f64();
    let stages: Vec<String> = stages(&outcome.timings).map(|seconds| format!("{seconds:>7.2} s")).into();
    let peak = machine::peak_megabytes().map_or("unknown".to_owned(), |megabytes| format!("{megabytes} MB"));
    let (files, lines, findings) = (outcome.file_count, outcome.line_count, outcome.findings.len());
    println!("{files:>7} {lines:>9} {findings:>9} {} {elapsed:>6.2} s {peak:>8}", stages.join(" "));
    if outcome.internal_errors > 0 || !outcome.errors.is_empty() {
        println!("        {} files made ndalias fail, {} not read", outcome.internal_errors, outcome.errors.len());
    }
    outcome
}

/// Seconds by stage, summed over threads.
fn stages(timings: &Timings) -> [f64; 5] {
    let Timings { reading, parsing, lowering, analysis, reporting } = timings;
    [reading, parsing, lowering, analysis, reporting].map(std::time::Duration::as_secs_f64)
}

fn nanoseconds_per_line(outcome: &Outcome) -> [f64; 5] {
    let lines = f64::from(u32::try_from(outcome.line_count.max(1)).unwrap_or(u32::MAX));
    stages(&outcome.timings).map(|seconds| seconds * 1e9 / lines)
}

fn row(values: &[f64], digits: usize) -> String {
    values.iter().map(|value| format!("{value:>9.digits$}")).collect::<Vec<_>>().join(" ")
}
