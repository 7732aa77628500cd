"""A program under construction, together with its state under every combination of flags.

A statement is added by running it in all states. If it raises in any of them, or leaves an
array that is empty or too big to be interesting, it is taken back: so every program that
comes out of here is valid whatever the flags are, and whoever writes the next statement can
look at the arrays that it is going to work on.
"""

import importlib
import io
import itertools
import os
import sys
import warnings
from contextlib import contextmanager, redirect_stdout

import numpy as np

FLAGS = ("f0", "f1", "f2")
PRELUDE = (
    "import contextlib\nimport os\n\nimport numpy as np\n\n"
    + "".join(f'{flag} = os.environ.get("{flag.upper()}") == "1"\n' for flag in FLAGS)
)
COMBINATIONS = tuple(itertools.product((False, True), repeat=len(FLAGS)))
TOO_BIG = 2_000
# The packages beside the programs end like this; they are read anew in each run, and leave nothing behind.
LIBRARY = "_lib"
sys.dont_write_bytecode = True


def set_flags(combination):
    """Lets the next program that is run see these flags."""
    for flag, value in zip(FLAGS, combination):
        os.environ[flag.upper()] = "1" if value else "0"


def is_of_library(module):
    """Whether a module, by its name, is one of the packages beside the programs."""
    return module.split(".")[0].endswith(LIBRARY)


@contextmanager
def imported(modules):
    """Inside, what has been imported of the packages is what one run has imported of them."""
    importlib.invalidate_caches()
    sys.modules.update(modules)
    try:
        yield
    finally:
        modules.clear()
        for name in [name for name in sys.modules if is_of_library(name)]:
            modules[name] = sys.modules.pop(name)


def run(source, name="<program>", modules=None):
    """The namespaces that a program leaves behind, one per combination of flags.

    With `modules`, a list of dictionaries, what each run imported of the packages is put there.
    """
    code = compile(source, name, "exec")
    modules = modules or [{} for _ in COMBINATIONS]
    namespaces = []
    for combination, own in zip(COMBINATIONS, modules):
        set_flags(combination)
        namespace = {"__name__": "program"}
        own.clear()
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), imported(own):
            warnings.simplefilter("ignore")
            exec(code, namespace)
        namespaces.append(namespace)
    return namespaces


def is_array(value):
    return type(value) is np.ndarray


def is_user_object(value):
    return type(value).__module__ == "program" or is_of_library(type(value).__module__)


class World:
    """Statements so far, and the namespaces that they produce."""

    def __init__(self, rng):
        self.rng = rng
        self.chunks = [PRELUDE]
        self.modules = [{} for _ in COMBINATIONS]
        self.namespaces = run(PRELUDE, modules=self.modules)
        self.functions = []
        self.classes = []
        # Variables of imported modules that hold arrays, such as `tools.table`.
        self.variables = []
        self.counter = 0

    def source(self):
        return "".join(self.chunks) + "done = True\n"

    def add(self, text):
        """Adds statements if they are valid under all flags; says whether they were."""
        if not text.endswith("\n"):
            text += "\n"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code = compile(text, "<statement>", "exec")
            for combination, namespace, own in zip(COMBINATIONS, self.namespaces, self.modules):
                set_flags(combination)
                with warnings.catch_warnings(), redirect_stdout(io.StringIO()), imported(own):
                    warnings.simplefilter("ignore")
                    exec(code, namespace)
            fine = not any(self._is_dull(namespace) for namespace in self.namespaces)
        except Exception:  # whatever it raises, the statement is not wanted
            fine = False
        if fine:
            self.chunks.append(text)
        else:
            self.namespaces = run("".join(self.chunks), modules=self.modules)
        return fine

    def _is_dull(self, namespace):
        return any(
            is_array(value) and (value.size == 0 or value.size > TOO_BIG or value.ndim > 4)
            for value in namespace.values()
        )

    def fresh(self, prefix):
        """A name that the program does not use yet."""
        self.counter += 1
        return f"{prefix}{self.counter}"

    def names(self, wanted):
        """Names whose value is `wanted(value)` under every combination of flags."""
        first, *others = self.namespaces
        return [
            name
            for name, value in first.items()
            if not name.startswith("__")
            and wanted(value)
            and all(name in other and wanted(other[name]) for other in others)
        ]

    def arrays(self, wanted=lambda array: True):
        return self.names(lambda value: is_array(value) and wanted(value))

    def lists(self):
        return self.names(lambda value: type(value) is list and _all_arrays(value))

    def tuples(self):
        return self.names(lambda value: type(value) is tuple and _all_arrays(value))

    def dicts(self):
        return self.names(
            lambda value: type(value) is dict and _all_arrays(list(value.values()))
        )

    def objects(self):
        return self.names(is_user_object)

    def value(self, text):
        """What an expression is when all flags are off; None if it can't be computed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return eval(text, self.namespaces[0])
            except Exception:  # the statement that uses it will be taken back
                return None

    def shortest(self, name):
        """The least length of a container over all combinations of flags."""
        return min(len(namespace[name]) for namespace in self.namespaces)

    def common_keys(self, name):
        keys = [key for key in self.namespaces[0][name] if type(key) is str]
        return [key for key in keys if all(key in other[name] for other in self.namespaces)]

    def flag(self):
        return self.rng.choice(FLAGS)

    def condition(self):
        """A condition that no analyzer can decide."""
        first, second = self.rng.sample(FLAGS, 2)
        return self.rng.choice(
            [first] * 4 + [f"not {first}", f"{first} and {second}", f"{first} or {second}"]
        )


def _all_arrays(values):
    return len(values) > 0 and all(is_array(value) for value in values)
