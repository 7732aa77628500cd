//! What can be written on the command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::analysis::Selector;
use crate::diagnostic::{Confidence, Severity};

/// Finds aliasing hazards in NumPy code: views that are written by mistake, writes that are lost in copies, huge arrays
/// kept alive by small views.
#[derive(Debug, Parser)]
#[command(name = "ndalias", version, max_term_width = 100)]
pub struct Arguments {
    /// When to colour the output
    #[arg(long, global = true, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub color: When,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look for hazards in files and folders
    Check(CheckArguments),
    /// Show how the arrays of a file come from each other
    Graph(GraphArguments),
    /// Show what every array shares memory with after a line
    Inspect(InspectArguments),
    /// Explain a hazard, or what a function of an API or of the project does to memory
    Explain(ExplainArguments),
    /// List the API rules in force, or check rule files
    Rules(RulesArguments),
}

/// When something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal
    Auto,
    /// In any case
    Always,
    /// In no case
    Never,
}

/// Where configuration and API rules come from.
#[derive(Clone, Debug, Args)]
pub struct ConfigArguments {
    /// Use this configuration file for all files
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Ignore every configuration file
    #[arg(long)]
    pub isolated: bool,
    /// Version of a library that the code is meant for, such as `numpy=1.26` (repeatable)
    #[arg(long = "target", value_name = "LIBRARY=X.Y")]
    pub targets: Vec<String>,
    /// Version of NumPy that the code is meant for
    #[arg(long, value_name = "X.Y")]
    pub target_numpy: Option<String>,
    /// File with more API rules (repeatable)
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,
}

/// Arguments of `check`.
#[allow(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Files and folders, or `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, value_name = "FORMAT")]
    pub output_format: CheckFormat,
    /// Write the output to this file
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Hazards or groups to look for, or `all`
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub select: Option<Vec<Selector>>,
    /// Hazards or groups not to look for
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub ignore: Option<Vec<Selector>>,
    /// Lowest severity shown [default: info]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub level: Option<Severity>,
    /// Lowest severity that makes the exit code 1 [default: warning]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub fail_on: Option<Severity>,
    /// Lowest confidence shown [default: likely]
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence())]
    pub confidence: Option<Confidence>,
    /// Configuration and rules
    #[command(flatten)]
    pub config: ConfigArguments,
    /// Paths not to look into, as in `.gitignore`
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub extend_exclude: Vec<String>,
    /// Name of the file that standard input holds
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// Count the findings of each hazard, and what is unknown and why
    #[arg(long)]
    pub statistics: bool,
    /// Exit with 0 whatever is found
    #[arg(long)]
    pub exit_zero: bool,
    /// Neither read nor write a cache; no cache is kept so far, so that this changes nothing yet
    #[arg(long)]
    pub no_cache: bool,
    /// Number of threads
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// When to show a progress bar; `auto`: on a terminal, when the work takes longer than a second
    #[arg(long, value_enum, default_value_t = When::Auto, value_name = "WHEN")]
    pub progress: When,
    /// Say nothing but the findings
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say how long each stage took
    #[arg(short, long)]
    pub verbose: bool,
}

/// Form of the output of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// The lines of the program, with what happens at each
    Text,
    /// One line for each finding
    Concise,
    /// For programs
    Json,
}

/// Arguments of `graph`.
#[derive(Debug, Args)]
pub struct GraphArguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Form of the output [default: dot on a terminal, else json]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub output_format: Option<GraphFormat>,
    /// Write the output to this file
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Configuration and rules
    #[command(flatten)]
    pub config: ConfigArguments,
}

/// Form of the output of `graph`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For programs
    Json,
    /// For Graphviz
    Dot,
}

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// The line, as `FILE:LINE`; in a notebook `FILE:CELL:LINE`
    #[arg(value_name = "FILE:LINE")]
    pub place: String,
    /// Say of every unknown variable why it is unknown: of the function up to that line, or with FILE alone of the whole file
    #[arg(long)]
    pub explain_unknown: bool,
    /// Form of the output [default: text on a terminal, else json]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub output_format: Option<InspectFormat>,
    /// Write the output to this file
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Configuration and rules
    #[command(flatten)]
    pub config: ConfigArguments,
}

/// Form of the output of `inspect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InspectFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A hazard, an API name such as `numpy.ravel`, or a function of the project here, `package.module.function`
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Configuration and rules
    #[command(flatten)]
    pub config: ConfigArguments,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RulesArguments {
    /// What to do
    #[command(subcommand)]
    pub command: Option<RulesCommand>,
    /// Configuration and rules
    #[command(flatten)]
    pub config: ConfigArguments,
}

/// A command of `rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Compile rule files and point at what is wrong in them
    Check {
        /// The rule files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print what changed between two versions of a library, for the names that files use
    Diff {
        /// One version, such as `1.26` of NumPy or `pandas=2.2`
        #[arg(value_name = "OLD")]
        old: String,
        /// The other
        #[arg(value_name = "NEW")]
        new: String,
        /// Files and folders; without any, all names are compared
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Print how many public names of NumPy have a rule, module by module
    Coverage,
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(Severity::NAMES).try_map(|name| name.parse::<Severity>())
}

fn confidence() -> impl TypedValueParser<Value = Confidence> {
    PossibleValuesParser::new(Confidence::NAMES).try_map(|name| name.parse::<Confidence>())
}
