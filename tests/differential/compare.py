"""Compares what an analyzer says about programs with what NumPy was seen to do.

    python compare.py programs --binary ndalias      (runs `ndalias inspect` itself)
    python compare.py programs                       (reads p.inspect.json)

Needs p.observed.json from run.py beside each program p.py. A relation that was seen and is
not among the possible ones is unsound; so is a fact (owndata, writeable, dtype, ndim) that
is claimed and was seen to be otherwise, a base that is not listed, and an array that is not
listed at all. A pair that the analyzer leaves out can only be unrelated. The exit code is 1 if
anything is unsound, or fewer pairs than `--least` are exactly right.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

FACTS = ("owndata", "writeable", "dtype", "ndim")


def line_count(path):
    with open(path, encoding="utf-8") as file:
        return len(file.read().splitlines())


def inspect(binary, path):
    """The analyzer's answer about the last line of a program, or the reason why there is none."""
    command = [*binary, "inspect", f"{path}:{line_count(path)}", "--output-format", "json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no message"])[-1]
        return None, f"exit code {result.returncode}: {reason}"
    try:
        return json.loads(result.stdout), None
    except ValueError as error:
        return None, f"not JSON: {error}"


def claimed_pairs(answer):
    return {
        tuple(sorted((pair["a"], pair["b"]))): set(pair["possible"]) for pair in answer["pairs"]
    }


def fact_is_claimed(claim):
    return claim not in (None, "maybe", "unknown")


def compare(observed, answer):
    """One program: unsound things as text, and counts."""
    unsound, counts = [], {"pairs": 0, "related": 0, "exact": 0, "claims": {}, "names": 0}
    counts["facts"] = {fact: [0, 0] for fact in FACTS}
    possible = claimed_pairs(answer)
    listed = {array["name"]: array for array in answer["arrays"]}
    for pair, seen in observed["pairs"].items():
        a, b = pair.split("|")
        seen, claim = set(seen), possible.get((a, b), {"none"})
        counts["pairs"] += 1
        if seen - claim:
            unsound.append(
                f"pair {a}, {b}: seen {show(seen)}, but possible is only {show(claim)}"
            )
        if seen != {"none"} or claim != {"none"}:
            counts["related"] += 1
            counts["exact"] += seen == claim
            key = f"seen {show(seen)}, possible {show(claim)}"
            counts["claims"][key] = counts["claims"].get(key, 0) + 1
    for name, facts in observed["arrays"].items():
        counts["names"] += 1
        if name not in listed:
            unsound.append(f"array {name}: not listed")
            continue
        for base in set(facts["base"]) - set(listed[name].get("base", [])):
            unsound.append(f"array {name}: its base was seen to be {base}, which is not listed")
        for fact in FACTS:
            claim, seen = listed[name].get(fact), facts[fact]
            if fact_is_claimed(claim) and [claim] != seen:
                unsound.append(f"array {name}: {fact} is said to be {claim}, seen {show(seen)}")
            if len(seen) == 1:
                counts["facts"][fact][1] += 1
                counts["facts"][fact][0] += claim == seen[0]
    return unsound, counts


def show(values):
    return " or ".join(str(value) for value in sorted(values))


def share(part, whole):
    return f"{part} of {whole}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def examine(folder, name, binary):
    """The comparison for one program: (name, failure, unsound, counts)."""
    path = os.path.join(folder, name)
    with open(path.removesuffix(".py") + ".observed.json", encoding="utf-8") as file:
        observed = json.load(file)
    if binary:
        answer, failure = inspect(binary, path)
        if failure:
            return name, failure, [], None
    else:
        with open(path.removesuffix(".py") + ".inspect.json", encoding="utf-8") as file:
            answer = json.load(file)
    unsound, counts = compare(observed, answer)
    return name, None, unsound, counts


def main():
    parser = argparse.ArgumentParser(description="Compare an analyzer with NumPy.")
    parser.add_argument("folder")
    parser.add_argument("--binary", nargs="+", help="the command to run; else files are read")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--claims", action="store_true", help="count seen against possible")
    parser.add_argument("--least", type=float, default=0, help="per cent that must be exact")
    parser.add_argument("--most", type=int, default=40, help="how many unsound things to print")
    options = parser.parse_args()
    names = sorted(name for name in os.listdir(options.folder) if name.endswith(".py"))
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(
            pool.map(lambda name: examine(options.folder, name, options.binary), names)
        )
    sys.exit(report(results, options.claims, options.most, options.least))


def report(results, with_claims, most, least):
    """Prints the outcome; returns the exit code."""
    total = {"pairs": 0, "related": 0, "exact": 0, "names": 0}
    facts, claims, wrong = {fact: [0, 0] for fact in FACTS}, {}, []
    for name, failure, unsound, counts in results:
        if failure:
            wrong.append(f"{name}: no answer: {failure}")
            continue
        wrong += [f"{name}: unsound: {line}" for line in unsound]
        for key in total:
            total[key] += counts[key]
        for fact in FACTS:
            facts[fact] = [old + new for old, new in zip(facts[fact], counts["facts"][fact])]
        for key, number in counts["claims"].items():
            claims[key] = claims.get(key, 0) + number
    for line in wrong[:most]:
        print(line)
    if len(wrong) > most:
        print(f"... and {len(wrong) - most} more")
    if with_claims:
        for key, number in sorted(claims.items(), key=lambda item: -item[1]):
            print(f"{number:7} pairs: {key}")
    print(f"programs: {len(results)}, arrays: {total['names']}, pairs: {total['pairs']}")
    print(f"unsound: {len(wrong)}")
    print(f"related pairs exactly right: {share(total['exact'], total['related'])}")
    for fact, (right, whole) in facts.items():
        print(f"{fact} known where all runs agree: {share(right, whole)}")
    if 100 * total["exact"] < least * total["related"]:
        print(f"fewer than {least} % of the related pairs are exactly right")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
