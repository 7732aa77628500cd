//! Programs that grow in one way each: what one statement costs, when there are more and more of them.

use std::path::{Path, PathBuf};
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

/// Prints for each shape and size what a statement costs in each stage.
pub fn measure() {
    println!("\nmicroseconds for a statement, where a program has n of one kind (one thread)");
    println!(
        "{:>28} {:>6} {:>9} {:>9} {:>9} {:>10} {:>8} {:>9}",
        "", "n", "parsing", "lowering", "analysis", "reporting", "growth", "peak"
    );
    for shape in PROGRAMS {
        let mut first = None;
        for size in SIZES {
            let Some(slow) = measure_one(shape, size, &mut first) else { break };
            if slow {
                println!("{:>28} {:>6} larger ones are not run", "", "");
                break;
            }
        }
    }
}

/// Prints one line; whether it took longer than anybody waits. `None` where nothing was analysed.
fn measure_one(shape: &Shape, size: usize, first: &mut Option<[f64; 4]>) -> Option<bool> {
    let text = (shape.program)(size);
    machine::forget_peak();
    let mut best: Option<[f64; 4]> = None;
    let mut slow = false;
    for _ in 0..REPEATS {
        let started = Instant::now();
        let stages = analyze_text(&text)?;
        slow = started.elapsed() > PATIENCE;
        best = Some(best.map_or(stages, |best| std::array::from_fn(|stage| best[stage].min(stages[stage]))));
        if slow {
            break;
        }
    }
    let count = f64::from(u32::try_from(size).ok()?);
    let costs = best?.map(|seconds| seconds * 1e6 / count);
    let base = *first.get_or_insert(costs);
    // What takes next to no time is noise.
    let growth = costs.iter().zip(base).map(|(cost, base)| (cost + 1.0) / (base + 1.0)).fold(0.0, f64::max);
    let peak = machine::peak_megabytes().map_or("unknown".to_owned(), |megabytes| format!("{megabytes} MB"));
    let mark = if growth > MOST_GROWTH { "  GROWS" } else { "" };
    let [parsing, lowering, analysis, reporting] = costs;
    let name = if size == SIZES[0] { shape.name } else { "" };
    println!(
        "{name:>28} {size:>6} {parsing:>9.2} {lowering:>9.2} {analysis:>9.2} {reporting:>10.2} {growth:>7.2}x {peak:>9}{mark}"
    );
    Some(slow)
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
        println!("        ndalias failed");
        return None;
    }
    let Timings { parsing, lowering, analysis, reporting, .. } = outcome.timings;
    Some([parsing, lowering, analysis, reporting].map(|time| time.as_secs_f64()))
}
