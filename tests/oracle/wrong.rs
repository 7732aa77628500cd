//! Rules that are wrong on purpose: the oracle finds each mistake.

use ndalias::rules::{RuleSet, RuleText};

use crate::differences;
use crate::support::venv::numpy_versions;

/// Entries with the differences that they have; all run at once.
#[derive(Default)]
struct Batch(Vec<(String, Vec<String>)>);

impl Batch {
    fn expect<const N: usize>(&mut self, text: &str, differences: [&str; N]) {
        self.0.push((text.to_owned(), differences.map(str::to_owned).to_vec()));
    }

    fn run(&self) {
        let files: Vec<String> = (0..self.0.len()).map(|index| format!("wrong-{index}.toml")).collect();
        let compile = |((text, _), file): (&(String, _), &String)| {
            RuleSet::with_user_files(&[RuleText { file, text }]).expect("rules that compile")
        };
        let sets: Vec<RuleSet> = self.0.iter().zip(&files).map(compile).collect();
        let rules = sets.iter().flat_map(RuleSet::iter).map(|(_, rule)| rule);
        let report = differences(rules.filter(|rule| files.contains(&rule.source.0)));
        let lines = report.lines();
        for ((text, expected), file) in self.0.iter().zip(&files) {
            let of_file = lines.iter().filter(|(heading, _)| heading.contains(&format!("/{file}:")));
            let found: Vec<&String> = of_file.flat_map(|(_, lines)| lines).collect();
            assert_eq!(found, expected.iter().collect::<Vec<_>>(), "\n{text}");
        }
    }
}

#[test]
fn every_mistake_is_found() {
    let mut batch = Batch::default();
    right_entries(&mut batch);
    wrong_outcomes(&mut batch);
    wrong_parameters(&mut batch);
    writes_too_few_and_too_many(&mut batch);
    wrong_metadata(&mut batch);
    wrong_facts(&mut batch);
    wrong_answers(&mut batch);
    versions_without_case(&mut batch);
    batch.run();
}

fn entry(name: &str, signature: &str, rest: &str) -> String {
    format!("[[callable]]\nnames = ['numpy.{name}']\nsignature = '{signature}'\n{rest}\n")
}

fn right_entries(batch: &mut Batch) {
    let rest = "results = [{ is = 'view', of = 'a' }]\nwriteable = 'no'\noverlaps = true\ncases = [{ setup = 'a = np.zeros(3)', call = 'np.broadcast_to(a, (2, 3))', gives = 'view of a', readonly = true, overlaps = true }]";
    batch.expect(&entry("broadcast_to", "(a, shape, subok=False)", rest), []);
}

fn wrong_outcomes(batch: &mut Batch) {
    let rest = "results = [{ is = 'copy' }]\ncases = [{ setup = 'a = np.zeros((2, 3))', call = 'np.ravel(a)', gives = 'copy' }]";
    let wrong = "`np.ravel(a)` after `a = np.zeros((2, 3))`, which says \"copy\": gives view of a";
    batch.expect(&entry("ravel", "(a, order='C')".replace('\'', "\"").as_str(), rest), [wrong]);
    let rest = "results = [{ is = 'view', of = 'a' }]\ncases = [{ setup = 'a = np.zeros(3)', call = 'np.asarray(a)', gives = 'view of a' }]";
    let wrong = "`np.asarray(a)` after `a = np.zeros(3)`, which says \"view of a\": gives same as a";
    batch.expect(&entry("asarray", "(a)", rest), [wrong]);
    let rest = "results = [{ is = 'copy', container = 'tuple' }]\ncases = [{ setup = 'a = np.zeros(4)', call = 'np.split(a, 2)', gives = 'tuple of copy' }]";
    let wrong = "`np.split(a, 2)` after `a = np.zeros(4)`, which says \"tuple of copy\": gives list of view of a";
    batch.expect(&entry("split", "(a, n)", rest), [wrong]);
    let rest = "results = [{ is = 'copy' }]\ncases = [{ call = 'np.zeros(3)', gives = 'copy' }, { call = 'np.zeros(-1)', raises = 'TypeError' }]";
    let wrong = "`np.zeros(-1)`, which says \"TypeError\": raises ValueError: negative dimensions are not allowed instead of TypeError";
    batch.expect(&entry("zeros", "(n)", rest), [wrong]);
}

fn wrong_parameters(batch: &mut Batch) {
    let rest = "results = [{ is = 'same', of = 'out', when = 'given(out)' }, { is = 'view', of = 'out' }]\ncases = [{ setup = 'a = np.zeros((2, 3))', call = 'np.transpose(a)', gives = 'view of a' }]";
    let wrong = [
        "`np.transpose(a)` gives view of a, and no result is a view of `a`",
        "no case gives a view of `out`",
        "no case gives the same object of `out`",
        "no case reached the result that is a `same`",
    ];
    batch.expect(&entry("transpose", "(a, out=None)", rest), wrong);
}

fn writes_too_few_and_too_many(batch: &mut Batch) {
    let case = |writes: &str| {
        format!(
            "cases = [{{ setup = 'a = np.zeros(3); b = np.ones(3)', call = 'np.copyto(a, b)', gives = 'none'{writes} }}]\nresults = [{{ is = 'none' }}]"
        )
    };
    let signature = "(dst, src)";
    let wrong = "`np.copyto(a, b)` after `a = np.zeros(3); b = np.ones(3)`, which says \"none\": writes `a`, which `writes` does not list";
    batch.expect(&entry("copyto", signature, &case("")), [wrong]);
    let wrong = "`np.copyto(a, b)` writes data of `a`, undeclared";
    batch.expect(&entry("copyto", signature, &case(", writes = ['a']")), [wrong]);
    let declared = case(", writes = ['a']") + "\nwrites = ['dst', 'src']";
    let wrong = "no case writes data of `src`, which is declared";
    batch.expect(&entry("copyto", signature, &declared), [wrong]);
    let memory = "results = [{ is = 'none' }]\nwrites = ['dst']\ncases = [{ setup = 'base = np.zeros(6); a = base[::2]; del base', call = 'np.copyto(a.base[1::2], 1)', gives = 'none' }]";
    batch.expect(&entry("copyto", signature, memory), ["`np.copyto(a.base[1::2], 1)` after `base = np.zeros(6); a = base[::2]; del base`, which says \"none\": writes memory around `a`, which `writes` does not list", "no case writes data of `dst`, which is declared"]);
}

fn wrong_metadata(batch: &mut Batch) {
    let rest = "results = [{ is = 'none' }]\nwrites = ['self']\ncases = [{ setup = 'a = np.zeros(6)', call = 'a.resize((2, 3))', gives = 'none', writes = ['a'] }]";
    let wrong = [
        "`a.resize((2, 3))` after `a = np.zeros(6)`, which says \"none\": changes shape, dtype, strides or flags of `a`",
        "`a.resize((2, 3))` after `a = np.zeros(6)`, which says \"none\": does not write `a`",
    ];
    batch.expect(&entry("ndarray.resize", "(self, *shape)", rest), wrong);
}

fn wrong_facts(batch: &mut Batch) {
    let rest = "results = [{ is = 'view', of = 'a' }]\ncases = [{ setup = 'a = np.zeros(3)', call = 'np.broadcast_to(a, (2, 3))', gives = 'view of a', readonly = false }]";
    let wrong = [
        "`np.broadcast_to(a, (2, 3))` after `a = np.zeros(3)`, which says \"view of a\": gives `readonly = true`",
        "`np.broadcast_to(a, (2, 3))` gives a read-only array, and `writeable = \"no\"` is not declared",
        "`np.broadcast_to(a, (2, 3))` gives elements that share memory, and `overlaps = true` is not declared",
    ];
    batch.expect(&entry("broadcast_to", "(a, shape)", rest), wrong);
    let rest =
        "results = [{ is = 'copy' }]\ncases = [{ setup = 'a = np.eye(3)', call = 'np.argwhere(a)', gives = 'copy' }]";
    let wrong = "`np.argwhere(a)` gives an array that does not own its data, and `owndata = \"no\"` is not declared";
    batch.expect(&entry("argwhere", "(a)", rest), [wrong]);
}

fn wrong_answers(batch: &mut Batch) {
    let rest = "tells = 'shares'\nresults = [{ is = 'scalar' }]\ncases = [{ setup = 'a = np.zeros(6); b = a[::2]; c = a[1::2]', call = 'np.may_share_memory(b, c)', gives = 'scalar' }]";
    let wrong = [
        "`np.may_share_memory(b, c)` is True, and its arguments have no memory in common",
        "no case answers false for two variables, and `tells` is declared",
    ];
    batch.expect(&entry("may_share_memory", "(a, b, /)", rest), wrong);
}

fn versions_without_case(batch: &mut Batch) {
    let rest = "results = [{ is = 'copy' }]\ncases = [{ call = 'np.zeros(3)', gives = 'copy', numpy = '>=2' }]";
    batch.expect(&entry("zeros", "(n)", rest), ["no case runs [1.26.4]"]);
    let rest = "numpy = '>=9'\nresults = [{ is = 'copy' }]\ncases = [{ call = 'np.zeros(3)', gives = 'copy' }]";
    let wrong = format!("none of {} is in its range", numpy_versions().join(", "));
    batch.expect(&entry("zeros", "(n)", rest), [wrong.as_str()]);
    let rest = "results = [{ is = 'copy' }]\ncases = [{ call = 'np.ones(3)', gives = 'copy' }]";
    batch.expect(&entry("zeros", "(n)", rest), ["no case calls `numpy.zeros`"]);
}
