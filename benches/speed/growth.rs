//! Programs that grow in one way each: what one statement costs, when there are more and more of them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ndalias::analysis::{ConfigSource, Configs, Input, Options, Silent, Timings, analyze};
use ndalias::source::Disk;

use crate::machine;
use crate::programs::{PROGRAMS, Shape};

const SIZES: [usize; 3] = [2000, 4000, 8000];
/// How often each is run; the fastest counts.
const REPEATS: usize = 3;
/// After a run that took longer, neither a repeat nor a larger program is run.
const PATIENCE: Duration = Duration::from_secs(5);
/// A statement of the largest program may cost this many times one of the smallest.
const MOST_GROWTH: f64 = 1.5;

/// The argument of the process that measures one shape at one size, so that its memory is its own.
const ONE: &str = "one";

/// Prints for each shape and size what a statement costs in each stage.
pub fn measure() {
    println!("\nmicroseconds for a statement, where a program has n of one kind (one thread)");
    println!(
        "{:>28} {:>6} {:>9} {:>9} {:>9} {:>10} {:>8} {:>9}",
        "", "n", "parsing", "lowering", "analysis", "reporting", "growth", "peak"
    );
    for (index, shape) in PROGRAMS.iter().enumerate() {
        let mut name = shape.name;
        let mut smallest = None;
        for size in SIZES {
            let Some(cost) = in_another_process(index, size) else {
                println!("{name:>28} {size:>6} ndalias failed");
                break;
            };
            let Cost { stages, megabytes, seconds } = cost;
            let growth = growth(stages, *smallest.get_or_insert(stages));
            let [parsing, lowering, analysis, reporting] = stages;
            let mark = if growth > MOST_GROWTH { "  GROWS" } else { "" };
            println!(
                "{name:>28} {size:>6} {parsing:>9.2} {lowering:>9.2} {analysis:>9.2} {reporting:>10.2} {growth:>7.2}x {megabytes:>6} MB{mark}"
            );
            if seconds > PATIENCE.as_secs_f64() {
                println!("{:>28} {:>6} larger ones are not run", "", "");
                break;
            }
            name = "";
        }
    }
}

/// Measures what the arguments of the process name, if they name one shape and size, and prints it for the process that waits.
pub fn is_measured_here() -> bool {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, one, shape, size] = arguments.as_slice() else { return false };
    let (ONE, Ok(shape), Ok(size)) = (one.as_str(), shape.parse::<usize>(), size.parse()) else { return false };
    if let Some(cost) = PROGRAMS.get(shape).and_then(|shape| cost(shape, size)) {
        let stages = cost.stages.map(|cost| cost.to_string()).join(" ");
        println!("{stages} {} {}", cost.seconds, cost.megabytes);
    }
    true
}

/// What one shape costs at one size.
struct Cost {
    /// Microseconds for a statement, by stage.
    stages: [f64; 4],
    /// The longest run.
    seconds: f64,
    /// Most memory; 0 where the system does not tell.
    megabytes: u64,
}

fn in_another_process(shape: usize, size: usize) -> Option<Cost> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new(program).args([ONE, &shape.to_string(), &size.to_string()]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut words = text.split_whitespace();
    let mut number = || words.next()?.parse::<f64>().ok();
    let stages = [number()?, number()?, number()?, number()?];
    let seconds = number()?;
    Some(Cost { stages, seconds, megabytes: words.next()?.parse().ok()? })
}

fn cost(shape: &Shape, size: usize) -> Option<Cost> {
    let text = (shape.program)(size);
    let mut best = [f64::INFINITY; 4];
    let mut longest = Duration::ZERO;
    for _ in 0..REPEATS {
        let started = Instant::now();
        let stages = analyze_text(&text)?;
        longest = longest.max(started.elapsed());
        best = std::array::from_fn(|stage| best[stage].min(stages[stage]));
        if longest > PATIENCE {
            break;
        }
    }
    let count = f64::from(u32::try_from(size).ok()?);
    let megabytes = machine::peak_megabytes().unwrap_or(0);
    Some(Cost { stages: best.map(|seconds| seconds * 1e6 / count), seconds: longest.as_secs_f64(), megabytes })
}

/// The growth of the stage that grows most. What takes next to no time is noise.
fn growth(costs: [f64; 4], smallest: [f64; 4]) -> f64 {
    costs.iter().zip(smallest).map(|(cost, smallest)| (cost + 2.0) / (smallest + 2.0)).fold(0.0, f64::max)
}

/// Seconds by stage.
fn analyze_text(text: &str) -> Option<[f64; 4]> {
    let configs =
        Configs::new(&Disk, PathBuf::from("/"), ConfigSource::Isolated, Options::default()).expect("no configuration");
    let path = Path::new("program.py");
    let profile = configs.profile(path).expect("no configuration");
    let input = Input { path: path.to_owned(), bytes: Some(text.as_bytes().to_vec()), profile };
    let outcome = machine::on_threads(1, || analyze(&Disk, &[input], &Silent));
    if outcome.internal_errors > 0 {
        return None;
    }
    let Timings { parsing, lowering, analysis, reporting, .. } = outcome.timings;
    Some([parsing, lowering, analysis, reporting].map(|time| time.as_secs_f64()))
}
