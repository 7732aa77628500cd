//! `ndalias check`.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::args::{CheckArguments, CheckFormat, When};
use super::progress::Bar;
use super::{Ending, Failure, fill, output, say, setup};
use crate::analysis::{Configs, Input, Options, Outcome, analyze};
use crate::report::{Report, Summary, concise, json, text};
use crate::source::{Disk, PathError, discover};

/// Stack of each thread; only what is used of it costs memory.
const STACK_BYTES: usize = 64 << 20;

/// Runs the command.
pub fn run(arguments: &CheckArguments, color: When) -> Result<Ending, Failure> {
    let started = Instant::now();
    let options = Options {
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
        level: arguments.level,
        fail_on: arguments.fail_on,
        confidence: arguments.confidence,
        extend_exclude: arguments.extend_exclude.clone(),
        statistics: arguments.statistics,
        ..Options::default()
    };
    let configs = setup::configs(&arguments.config, options)?;
    let (inputs, unreadable) = inputs(arguments, &configs)?;
    let mut outcome = in_pool(arguments.jobs, || {
        let bar = Bar::new(if arguments.quiet { When::Never } else { arguments.progress }, inputs.len());
        let outcome = analyze(&Disk, &inputs, &bar);
        bar.finish();
        outcome
    })?;
    let printing = Instant::now();
    let elapsed = started.elapsed();
    print(arguments, color, &outcome, elapsed)?;
    outcome.timings.reporting += printing.elapsed();
    for error in unreadable.iter().chain(&outcome.errors) {
        say(&format!("ndalias: error: {error}"));
    }
    if !arguments.quiet && outcome.file_count > 0 {
        say(&closing_line(&outcome, elapsed));
    }
    if arguments.verbose {
        say(&timing_line(&outcome));
    }
    Ok(if !unreadable.is_empty() || !outcome.errors.is_empty() || outcome.internal_errors > 0 {
        Ending::Failed
    } else if outcome.failures > 0 && !arguments.exit_zero {
        Ending::Found
    } else {
        Ending::Clean
    })
}

/// The files to analyse, and the paths that could not be read.
fn inputs(arguments: &CheckArguments, configs: &Configs<'_>) -> Result<(Vec<Input>, Vec<PathError>), Failure> {
    let input = |path: PathBuf, bytes: Option<Vec<u8>>| -> Result<Input, Failure> {
        let profile = configs.profile(&path)?;
        Ok(Input { path, bytes, profile })
    };
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        if arguments.paths.len() > 1 {
            return Err("`-` stands alone; check standard input and other paths in two runs".into());
        }
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| format!("cannot read standard input: {error}; give a path in place of `-`"))?;
        let path = arguments.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"));
        return Ok((vec![input(path, Some(bytes))?], Vec::new()));
    }
    if arguments.stdin_filename.is_some() {
        return Err("--stdin-filename goes with standard input; give `-` as the path".into());
    }
    let found = discover(&Disk, &arguments.paths, &|path, is_folder| configs.is_excluded(path, is_folder));
    if found.files.is_empty() && found.errors.is_empty() && !arguments.quiet {
        say("ndalias: warning: no Python files or notebooks were found");
    }
    let inputs: Result<_, _> = found.files.into_iter().map(|path| input(path, None)).collect();
    Ok((inputs?, found.errors))
}

/// Runs `work` on as many threads as asked for.
fn in_pool<T: Send>(jobs: Option<u16>, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let threads = jobs.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build();
    Ok(pool.map_err(|error| format!("cannot start threads: {error}; try `-j 1`"))?.install(work))
}

fn print(arguments: &CheckArguments, color: When, outcome: &Outcome, elapsed: Duration) -> Result<(), Failure> {
    let summary = Summary {
        files: outcome.file_count,
        findings: outcome.findings.len(),
        suppressed: outcome.suppressed,
        seconds: (elapsed.as_secs_f64() * 1e6).round() / 1e6,
    };
    let report = Report { findings: &outcome.findings, files: &outcome.files, summary };
    let file = arguments.output_file.as_deref();
    output::write(file, |out| match arguments.output_format {
        CheckFormat::Json => json::write(&report, arguments.statistics.then(|| fill::statistics(outcome)), out),
        CheckFormat::Text | CheckFormat::Concise if arguments.statistics => fill::statistics(outcome).write(out),
        CheckFormat::Text => text::write(&report, output::color(color, file), out),
        CheckFormat::Concise => concise::write(&report, out),
    })
}

fn closing_line(outcome: &Outcome, elapsed: Duration) -> String {
    let plural = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let (findings, files) = (plural(outcome.findings.len(), "finding"), plural(outcome.file_count, "file"));
    let silenced = match outcome.suppressed {
        0 => String::new(),
        count => format!(", {count} silenced by comments"),
    };
    format!("ndalias: {findings} in {files}{silenced} ({:.2} s)", elapsed.as_secs_f64())
}

fn timing_line(outcome: &Outcome) -> String {
    let times = &outcome.timings;
    let seconds = |time: Duration| format!("{:.3} s", time.as_secs_f64());
    format!(
        "ndalias: {} lines; over all threads: reading {}, parsing {}, lowering {}, analysis {}, reporting {}",
        outcome.line_count,
        seconds(times.reading),
        seconds(times.parsing),
        seconds(times.lowering),
        seconds(times.analysis),
        seconds(times.reporting),
    )
}
