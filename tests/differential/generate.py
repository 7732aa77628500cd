"""Writes random programs of views, copies, branches, loops, calls and containers.

    python generate.py --seed 7 --count 500 --out programs

Each program begins with three flags that come from the environment, is valid under every
combination of them, and ends with a plain statement at module level. Program i of a seed
is always the same (for one NumPy version), however many are asked for.

With `--packages` each program has a package of three files beside it, p00001_lib, with functions
and classes that it imports in one way or another.
"""

import argparse
import os
import random
import sys

from definitions import define_class, define_function
from packages import add_imports, write_package
from statements import fresh_array, random_statement
from world import World, run

ATTEMPTS = 4


def program(seed, number, folder=None):
    """The text of one program; with a folder, its package is written there."""
    rng = random.Random(f"{seed}/{number}")
    while True:
        world = World(rng)
        for name in ["a", "b", "c"][: rng.randrange(1, 4)]:
            world.add(f"{name} = {fresh_array(world)}")
        if folder:
            world.counter = 50
            add_imports(world, *write_package(rng, folder, f"p{number:05}"))
        for _ in range(rng.choice([0, 1, 1, 2, 3]) if not folder else rng.choice([0, 0, 1])):
            define_function(world)
        if rng.random() < (0.1 if folder else 0.3):
            define_class(world)
        for _ in range(rng.randrange(6, 20)):
            add_statement(world)
        if is_valid(world.source()):
            return world.source()


def add_statement(world):
    """Adds one statement; after a few failures gives up."""
    for _ in range(ATTEMPTS):
        if not world.arrays() or world.rng.random() < 0.04:
            text = f"{world.rng.choice('abc')} = {fresh_array(world)}"
        else:
            text = random_statement(world)
        if text and world.add(text):
            return


def is_valid(source):
    """Whether the program as a whole runs; its parts were only run one after the other."""
    try:
        run(source)
    except Exception:  # whatever it raises, the program is not wanted
        return False
    return True


def main():
    parser = argparse.ArgumentParser(description="Random programs about aliasing.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--packages", action="store_true", help="with a package for each program")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    sys.path.insert(0, options.out)
    folder = options.out if options.packages else None
    for number in range(options.count):
        path = os.path.join(options.out, f"p{number:05}.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"# program {number} of seed {options.seed}\n")
            file.write(program(options.seed, number, folder))


if __name__ == "__main__":
    main()
