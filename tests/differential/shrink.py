"""Makes a program smaller while the analyzer stays wrong about it.

    python shrink.py program.py --binary ndalias [--output small.py] [--about "pair a, b"]

Takes away statements, and replaces compound statements by their bodies, as long as the program
runs under all flags and `inspect` is still unsound about it (with --about: in a line that
contains that text). A program for which the analyzer fails is made smaller in the same way. The
package beside the program, if there is one, is made smaller with it.
"""

import argparse
import ast
import copy
import os
import shutil
import signal
import sys
import tempfile

import compare
import run
import world

# Seconds for all runs of one program: without its last statement, a loop may go on for ever.
LONGEST = 5
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


class Shrinker:
    """Works in a folder of its own, on a copy of the program and of the package beside it."""

    def __init__(self, program, binary, about):
        self.binary = binary
        self.about = about
        self.folder = tempfile.mkdtemp(prefix="shrink")
        self.path = shutil.copy(program, self.folder)
        library = os.path.splitext(program)[0] + world.LIBRARY
        self.library = os.path.join(self.folder, os.path.basename(library))
        if os.path.isdir(library):
            shutil.copytree(library, self.library)
        sys.path.insert(0, self.folder)

    def files(self):
        """The program, and the files of its package."""
        names = os.listdir(self.library) if os.path.isdir(self.library) else []
        return [self.path, *(os.path.join(self.library, name) for name in sorted(names) if name.endswith(".py"))]

    def complaints(self):
        """What is wrong about the program as it is now; nothing if it does not run."""
        signal.alarm(LONGEST)
        try:
            observed = run.observe(read(self.path), "small.py")
        except Exception:  # an invalid program is of no use, nor is one that does not end
            return []
        finally:
            signal.alarm(0)
        answer, failure = compare.inspect(self.binary, self.path)
        found = [f"no answer: {failure}"] if failure else compare.compare(observed, answer)[0]
        return [line for line in found if self.about in line]

    def shrink(self):
        """Makes all files as small as single steps do."""
        while any([self.shrink_file(path) for path in self.files()]):
            pass

    def shrink_file(self, path):
        """Makes one file smaller, from its last statement to the first; says whether anything could be taken away."""
        module, changed = ast.parse(read(path)), False
        number = sum(len(block) for block in statement_lists(module))
        while number > 0:
            number -= 1
            for candidate in smaller_programs(module, number):
                write(path, text_of(candidate))
                if self.complaints():
                    module, changed = candidate, True
                    break
            number = min(number, sum(len(block) for block in statement_lists(module)))
        write(path, text_of(module))
        return changed


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


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
    signal.signal(signal.SIGALRM, stop)
    shrinker = Shrinker(options.program, options.binary, options.about)
    if not shrinker.complaints():
        sys.exit("nothing is wrong with this program")
    shrinker.shrink()
    small = read(shrinker.path)
    if not small.endswith("done = True\n"):
        write(shrinker.path, small + "done = True\n")
    for line in shrinker.complaints():
        print(f"# {line}", file=sys.stderr)
    if options.output:
        shutil.copy(shrinker.path, options.output)
        if os.path.isdir(shrinker.library):
            target = os.path.join(os.path.dirname(options.output), os.path.basename(shrinker.library))
            shutil.copytree(shrinker.library, target, dirs_exist_ok=True)
        return
    for path in shrinker.files():
        print(f"# {os.path.relpath(path, shrinker.folder)}\n{read(path)}", end="")


if __name__ == "__main__":
    main()
