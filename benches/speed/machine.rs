//! What the machine has and tells.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Stack of each thread, as `ndalias check` has it.
const STACK_BYTES: usize = 64 << 20;

/// The folder of the Python standard library, if there is a Python.
pub fn standard_library() -> Option<PathBuf> {
    let code = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let output = Command::new("python3").args(["-c", code]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

/// Runs `work` on a pool of this many threads; 0 means one for each processor.
pub fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK_BYTES).build();
    pool.expect("threads can be started").install(work)
}

/// The most memory that this process had since [`forget_peak`], in MB. Only Linux tells.
pub fn peak_megabytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// Starts [`peak_megabytes`] anew.
pub fn forget_peak() {
    // Where this cannot be written the peak is that of the whole process.
    let _ = fs::write("/proc/self/clear_refs", "5");
}
