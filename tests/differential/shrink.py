"""Makes a program smaller while the analyzer stays wrong about it.

    python shrink.py program.py --binary ndalias [--output small.py] [--about "pair a, b"]

Takes away statements, and replaces compound statements by their bodies, as long as the program
runs under all flags and `inspect` is still unsound about it (with --about: in a line that
contains that text). A program for which the analyzer fails is made smaller in the same way.
"""

import argparse
import ast
import copy
import os
import signal
import sys
import tempfile

import compare
import run

# Seconds for all runs of one program: without its last statement, a loop may go on for ever.
LONGEST = 5
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


class Shrinker:
    def __init__(self, binary, about):
        self.binary = binary
        self.about = about
        self.folder = tempfile.mkdtemp(prefix="shrink")
        self.tries = 0

    def complaints(self, source):
        """What is wrong about a program; nothing if it does not run."""
        self.tries += 1
        signal.alarm(LONGEST)
        try:
            observed = run.observe(source, "small.py")
        except Exception:  # an invalid program is of no use, nor is one that does not end
            return []
        finally:
            signal.alarm(0)
        path = os.path.join(self.folder, "small.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        answer, failure = compare.inspect(self.binary, path)
        found = [f"no answer: {failure}"] if failure else compare.compare(observed, answer)[0]
        return [line for line in found if self.about in line]

    def shrink(self, module):
        """The smallest program reached by single steps, from the last statement to the first and over again."""
        goes_on = True
        while goes_on:
            goes_on = False
            number = sum(len(block) for block in statement_lists(module))
            while number > 0:
                number -= 1
                for candidate in smaller_programs(module, number):
                    if self.complaints(text_of(candidate)):
                        module, goes_on = candidate, True
                        break
                number = min(number, sum(len(block) for block in statement_lists(module)))
        return module


def text_of(module):
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


def statement_lists(node):
    """All lists of statements in a tree, outermost first."""
    for field in BODIES:
        block = getattr(node, field, None)
        if isinstance(block, list) and block:
            yield block
            for child in block:
                yield from statement_lists(child)


def smaller_programs(module, number):
    """The program without one of its statements, and with the statement opened, if it is a compound one."""
    for change in (remove, open_up):
        candidate = copy.deepcopy(module)
        if change(*find(candidate, number)):
            yield candidate


def find(module, number):
    for block in statement_lists(module):
        if number < len(block):
            return block, number
        number -= len(block)
    raise IndexError(number)


def remove(block, place):
    statement = block[place]
    if isinstance(statement, ast.Pass):
        return False
    if len(block) == 1:
        if not isinstance(statement, ast.stmt):
            return False
        block[place] = ast.Pass()
    else:
        del block[place]
    return True


def open_up(block, place):
    """Puts the statements of a block in the place of the statement that holds them."""
    inner = [
        statement
        for field in ("body", "orelse", "finalbody")
        for statement in getattr(block[place], field, None) or []
    ]
    if not inner or isinstance(block[place], (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
        return False
    if not isinstance(block[place], ast.stmt):
        return False
    block[place : place + 1] = inner
    return True


def stop(*_):
    raise TimeoutError("the program takes too long")


def main():
    parser = argparse.ArgumentParser(description="Shrink a program that shows an error.")
    parser.add_argument("program")
    parser.add_argument("--binary", nargs="+", required=True)
    parser.add_argument("--about", default="", help="part of the complaint to keep")
    parser.add_argument("--output", help="file to write; standard output if left out")
    options = parser.parse_args()
    with open(options.program, encoding="utf-8") as file:
        module = ast.parse(file.read())
    signal.signal(signal.SIGALRM, stop)
    shrinker = Shrinker(options.binary, options.about)
    if not shrinker.complaints(text_of(module)):
        sys.exit("nothing is wrong with this program")
    small = text_of(shrinker.shrink(module))
    if not small.endswith("done = True\n"):
        small += "done = True\n"
    for line in shrinker.complaints(small):
        print(f"# {line}", file=sys.stderr)
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(small)
    else:
        print(small, end="")


if __name__ == "__main__":
    main()
