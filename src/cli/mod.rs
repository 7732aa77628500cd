//! The command line: arguments, commands, exit codes.

mod args;
mod check;
mod diff;
mod explain;
mod fill;
mod output;
mod picture;
mod progress;
mod rules;
mod setup;
mod words;

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use args::{Arguments, Command};

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Nothing at or above the severity that fails.
    Clean,
    /// Something was.
    Found,
    /// ndalias could not do all that was asked; what went wrong has been said.
    Failed,
}

/// Why ndalias could not do what was asked, in one line each.
#[derive(Debug)]
struct Failure(Vec<String>);

impl<T: Display> From<T> for Failure {
    fn from(reason: T) -> Self {
        Self(vec![reason.to_string().replace('\n', " ")])
    }
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        say(&format!("ndalias: internal error: {}", panic.to_string().replace('\n', " ")));
    }));
    let ending = match Arguments::try_parse() {
        Ok(arguments) => run(&arguments),
        Err(error) => return refuse(&error),
    };
    match ending {
        Ok(Ending::Clean) => ExitCode::SUCCESS,
        Ok(Ending::Found) => ExitCode::from(1),
        Ok(Ending::Failed) => ExitCode::from(2),
        Err(Failure(reasons)) => {
            for reason in reasons {
                say(&format!("ndalias: error: {reason}"));
            }
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Ending, Failure> {
    let color = arguments.color;
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments, color),
        Command::Graph(arguments) => picture::graph(arguments),
        Command::Inspect(arguments) => picture::inspect(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Rules(arguments) => rules::run(arguments),
    }
}

/// Says in one line what is wrong with the arguments; help and version are no errors.
fn refuse(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        say("ndalias: error: no command; `ndalias check` looks for hazards here, `ndalias --help` lists the commands");
        return ExitCode::from(2);
    }
    let lines = text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let is_said = |line: &&str| !line.is_empty() && !line.starts_with("For more") && !line.starts_with("tip: to pass");
    let parts: Vec<&str> = lines.filter(is_said).collect();
    let message = parts.join("; ").replace(":; ", ": ").replace("tip: ", "");
    let message = message.strip_prefix("error: ").unwrap_or(&message);
    say(&format!("ndalias: error: {message}; see `ndalias --help`"));
    ExitCode::from(2)
}

/// Writes a line to standard error, whether or not anybody reads it.
fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
