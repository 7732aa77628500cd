"""Runs programs under every combination of flags and writes down what NumPy shows.

    python run.py programs

For each program p.py in the folder, writes p.observed.json:

    "pairs":  {"a|b": ["none", "same", "shares"]}, the relations seen in any run between the
              arrays that two top-level names hold at the end (shares: np.shares_memory)
    "arrays": per name, the values seen of owndata, writeable, dtype and ndim, and the names
              seen to hold its base
    "runs":   the number of runs
"""

import itertools
import json
import os
import sys
import warnings

import numpy as np

from world import is_array, run


def relation(first, second):
    if first is second:
        return "same"
    return "shares" if np.shares_memory(first, second) else "none"


def observe(source, name):
    """What is seen over all runs of a program."""
    pairs, arrays = {}, {}
    namespaces = run(source, name)
    for namespace in namespaces:
        held = {key: value for key, value in namespace.items() if is_array(value)}
        for a, b in itertools.combinations(sorted(held), 2):
            pairs.setdefault(f"{a}|{b}", set()).add(relation(held[a], held[b]))
        for key, value in held.items():
            seen = arrays.setdefault(key, {fact: set() for fact in FACTS})
            for fact, read in FACTS.items():
                seen[fact].update(read(value, held))
    return {
        "program": name,
        "numpy": np.__version__,
        "runs": len(namespaces),
        "pairs": {pair: sorted(seen) for pair, seen in sorted(pairs.items())},
        "arrays": {
            key: {fact: sorted(values) for fact, values in seen.items()}
            for key, seen in sorted(arrays.items())
        },
    }


FACTS = {
    "owndata": lambda array, _: ["yes" if array.flags.owndata else "no"],
    "writeable": lambda array, _: ["yes" if array.flags.writeable else "no"],
    "dtype": lambda array, _: [str(array.dtype)],
    "ndim": lambda array, _: [array.ndim],
    "base": lambda array, held: [name for name in held if array.base is held[name]],
}


def main():
    folder = sys.argv[1]
    sys.path.insert(0, folder)
    warnings.simplefilter("ignore")
    for file_name in sorted(os.listdir(folder)):
        if not file_name.endswith(".py"):
            continue
        path = os.path.join(folder, file_name)
        with open(path, encoding="utf-8") as file:
            source = file.read()
        with open(path.removesuffix(".py") + ".observed.json", "w", encoding="utf-8") as file:
            json.dump(observe(source, file_name), file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
