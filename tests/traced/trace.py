"""Runs the examples in the docstrings of packages, and writes down what the functions of these packages do to memory.

    python trace.py observed.json numpy scipy.signal ...

For each `return` statement of a function of the packages that some example comes to, with the state that it leaves behind:

    {"file": ..., "line": ..., "function": ..., "calls": 3,
     "pairs": {"a|b": ["none", "same", "shares"]}, the relations seen in any call between the arrays
              that two local names hold,
     "arrays": {"a": {"owndata": [...], "writeable": [...], "dtype": [...], "ndim": [...]}}}

Not written down: what shares memory that a caller handed in twice, since a function cannot tell; and returns inside
`try ... finally`, since more happens after them.
"""

import ast
import contextlib
import dis
import doctest
import importlib
import inspect
import io
import itertools
import json
import os
import pkgutil
import signal
import sys
import tempfile
import warnings

import numpy as np

SECONDS_FOR_A_DOCSTRING = 10
MOST_CALLS_OF_A_RETURN = 20
RETURNS = {dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in dis.opmap}


def owner(array):
    """What the memory of an array belongs to."""
    at = array
    while getattr(at, "base", None) is not None:
        at = at.base
    return id(at)


def reached(value, depth):
    """The arrays that a value is or holds."""
    if isinstance(value, np.ndarray):
        yield value
    if depth == 0:
        return
    if isinstance(value, (list, tuple)):
        held = value[:50]
    elif isinstance(value, dict):
        held = list(value.values())[:50]
    elif isinstance(value, (type, type(np))):
        held = []
    else:
        held = list(getattr(value, "__dict__", {}).values())[:50]
    for one in held:
        yield from reached(one, depth - 1)


def handed_in_twice(frame):
    """Owners of memory that the arguments of a call reach in more than one way."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
    seen, twice = set(), set()
    for name in code.co_varnames[:count]:
        for array in reached(frame.f_locals.get(name), 2):
            of = owner(array)
            (twice if of in seen else seen).add(of)
    return twice


class Returns:
    """The lines of a file's `return` statements after which a function does nothing more."""

    def __init__(self):
        self.files = {}

    def of(self, file):
        if file not in self.files:
            with open(file, encoding="utf-8") as text:
                self.files[file] = self._read(ast.parse(text.read()))
        return self.files[file]

    def _read(self, tree):
        lines, left_out = {}, set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Try) and node.finalbody:
                left_out.update(id(inner) for inner in ast.walk(node))
        for node in ast.walk(tree):
            if isinstance(node, ast.Return) and id(node) not in left_out:
                for line in range(node.lineno, node.end_lineno + 1):
                    lines[line] = node.lineno
        return lines


class Tracer:
    """Watches the functions whose code lies in some folders."""

    def __init__(self, folders):
        self.folders = tuple(folders)
        self.returns = Returns()
        self.observed = {}
        self.twice = {}
        self.is_own = {}

    def watch(self, frame, event, _):
        code = frame.f_code
        if code not in self.is_own:
            named = not code.co_name.startswith("<") and code.co_filename.endswith(".py")
            self.is_own[code] = named and code.co_filename.startswith(self.folders)
        if not self.is_own[code]:
            return None
        frame.f_trace_lines = False
        self.twice[id(frame)] = handed_in_twice(frame)
        return self.leave

    def leave(self, frame, event, _):
        if event == "return":
            twice = self.twice.pop(id(frame), set())
            if frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] in RETURNS:
                self.note(frame, twice)
        return self.leave

    def note(self, frame, twice):
        code = frame.f_code
        line = self.returns.of(code.co_filename).get(frame.f_lineno)
        # A line that holds a whole function belongs to the scope around it.
        if line is None or line == code.co_firstlineno:
            return
        of = self.observed.setdefault(
            (code.co_filename, line),
            {"function": code.co_qualname, "calls": 0, "pairs": {}, "arrays": {}},
        )
        if of["calls"] >= MOST_CALLS_OF_A_RETURN:
            return
        of["calls"] += 1
        own = {*code.co_varnames, *code.co_cellvars}
        held = {
            name: value
            for name, value in frame.f_locals.items()
            if name in own and isinstance(value, np.ndarray)
        }
        for a, b in itertools.combinations(sorted(held), 2):
            seen = relation(held[a], held[b])
            if seen is not None and (seen == "none" or owner(held[a]) not in twice):
                of["pairs"].setdefault(f"{a}|{b}", set()).add(seen)
        for name, array in held.items():
            facts = of["arrays"].setdefault(name, {fact: set() for fact in FACTS})
            for fact, read in FACTS.items():
                facts[fact].add(read(array))


FACTS = {
    "owndata": lambda array: "yes" if array.flags.owndata else "no",
    "writeable": lambda array: "yes" if array.flags.writeable else "no",
    "dtype": lambda array: str(array.dtype),
    "ndim": lambda array: array.ndim,
}


def relation(first, second):
    """How two arrays relate; None where that is too hard to tell."""
    if first is second:
        return "same"
    if not np.may_share_memory(first, second):
        return "none"
    try:
        return "shares" if np.shares_memory(first, second, max_work=10_000) else "none"
    except (np.exceptions.TooHardError, RuntimeError):
        return None


def modules(name):
    """A package and all its modules that can be imported, without their tests."""
    package = importlib.import_module(name)
    yield package
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), name + ".", onerror=lambda _: None):
        if {"tests", "conftest", "setup", "__main__", "_pyinstaller"} & set(found.name.split(".")):
            continue
        with contextlib.suppress(Exception, SystemExit):
            yield importlib.import_module(found.name)


def docstrings(name):
    """The docstrings with examples of whatever a package defines, each once, with the names that its module has."""
    seen = set()
    for module in modules(name):
        things = [module, *vars(module).values()]
        for thing in list(things):
            if inspect.isclass(thing):
                things.extend(vars(thing).values())
        for thing in things:
            text = getattr(thing, "__doc__", None)
            if isinstance(text, str) and ">>>" in text and text not in seen:
                seen.add(text)
                yield module, text


class OutOfTime(BaseException):
    """An example runs for too long."""


def stop(*_):
    raise OutOfTime


def run(module, text):
    """Runs the examples of a docstring one after the other; what fails is passed over."""
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    names = {**vars(module), "np": np, "__name__": "__main__"}
    signal.alarm(SECONDS_FOR_A_DOCSTRING)
    try:
        for example in examples:
            with contextlib.suppress(Exception, SystemExit):
                exec(compile(example.source, "<example>", "exec"), names)
    except OutOfTime:
        pass
    finally:
        signal.alarm(0)


def main():
    out, *packages = sys.argv[1:]
    out = os.path.abspath(out)
    folders = [os.path.dirname(importlib.import_module(name).__file__) for name in packages]
    tracer = Tracer(folders)
    signal.signal(signal.SIGALRM, stop)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(scratch)
        texts = [text for name in packages for text in docstrings(name)]
        for module, text in texts:
            sys.settrace(tracer.watch)
            try:
                run(module, text)
            finally:
                sys.settrace(None)
        os.chdir(os.path.dirname(out))
    rows = [
        {"file": file, "line": line, **row, "pairs": listed(row["pairs"]), "arrays": facts(row["arrays"])}
        for (file, line), row in sorted(tracer.observed.items())
    ]
    with open(out, "w", encoding="utf-8") as to:
        json.dump({"numpy": np.__version__, "docstrings": len(texts), "returns": rows}, to, indent=1)


def listed(pairs):
    return {pair: sorted(seen) for pair, seen in sorted(pairs.items())}


def facts(arrays):
    return {name: {fact: sorted(seen) for fact, seen in facts.items()} for name, facts in sorted(arrays.items())}


if __name__ == "__main__":
    main()
