//! From arguments to what the pipeline needs.

use std::path::PathBuf;

use super::Failure;
use super::args::ConfigArguments;
use crate::analysis::{ConfigSource, Configs, Options};
use crate::source::Disk;

/// The configurations of a run, with the given options over them.
pub fn configs(arguments: &ConfigArguments, options: Options) -> Result<Configs<'static>, Failure> {
    let source = match &arguments.config {
        Some(file) => ConfigSource::File(file.clone()),
        None if arguments.isolated => ConfigSource::Isolated,
        None => ConfigSource::Discover,
    };
    let mut targets = arguments.targets.clone();
    targets.extend(arguments.target_numpy.iter().map(|version| format!("numpy={version}")));
    let options = Options { targets, rules: arguments.rules.clone(), ..options };
    let root: PathBuf = std::env::current_dir()
        .map_err(|error| format!("the current folder cannot be found: {error}; change to one that exists"))?;
    Ok(Configs::new(&Disk, root, source, options)?)
}
