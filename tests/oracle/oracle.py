"""Runs programs under this interpreter's NumPy and the libraries beside it, and says what came back, what shares memory and what was written.

Reads a JSON list of programs from standard input; writes one JSON line for each, in order. Knows nothing of rules.
"""

import array
import ast
import ctypes
import itertools
import json
import mmap
import numbers
import os
import sys
import tempfile
import types
import warnings
from collections import deque

import numpy as np
from numpy.lib import stride_tricks

BUFFERS = (bytes, bytearray, array.array, mmap.mmap, ctypes.Array)
ITERATORS = (np.nditer, np.ndenumerate, np.ndindex, np.broadcast)
MOST_ELEMENTS = 64


def leaves(value, depth=0):
    """The arrays in which the memory of `value` is reached."""
    if isinstance(value, np.ma.MaskedArray):
        mask = value._mask
        return [value] if mask is np.ma.nomask else [value, mask]
    if isinstance(value, np.ndarray):
        inside = value.ravel().tolist() if value.dtype == object and depth < 3 else []
        return [value] + leaves(inside, depth + 1)
    if isinstance(value, (list, tuple, set, frozenset, deque)):
        return [leaf for item in value for leaf in leaves(item, depth + 1)] if depth < 4 else []
    if isinstance(value, dict):
        return leaves(list(value.values()), depth)
    if isinstance(value, np.flatiter):
        return [value.base]
    if isinstance(value, np.void) and isinstance(value.base, np.ndarray):
        return [value.base]
    if isinstance(value, memoryview):
        return [np.asarray(value)] if value.nbytes else []
    if isinstance(value, BUFFERS):
        return [np.frombuffer(value, np.uint8)] if len(value) else []
    if isinstance(value, np.nditer):
        try:
            return list(value.operands)
        except ValueError:  # It is closed.
            return []
    return leaves(parts_of(value), depth + 1)


def parts_of(value):
    """What an object of another library keeps its elements in."""
    library = (getattr(type(value), "__module__", "") or "").partition(".")[0]
    find = PARTS.get(library)
    return [] if find is None or isinstance(value, (type, types.FunctionType)) else find(value)


def parts_of_pandas(value):
    """The blocks of a table or a column; of an index and an array of pandas, what is behind it."""
    found = []
    if hasattr(value, "_mgr"):
        for block in value._mgr.blocks:
            values = block.values
            found.append(values if isinstance(values, np.ndarray) else parts_of_pandas(values))
        return found
    if hasattr(value, "obj") and hasattr(value.obj, "_mgr"):
        return parts_of_pandas(value.obj)
    for name in ("_ndarray", "_data", "_mask", "_values"):
        inner = getattr(value, name, None)
        if isinstance(inner, np.ndarray):
            found.append(inner)
        elif inner is not None and inner is not value and name in ("_data", "_values"):
            found += [leaf for leaf in parts_of(inner) if isinstance(leaf, np.ndarray)]
    return found


def parts_of_scipy(value):
    names = ("data", "indices", "indptr", "row", "col", "offsets", "rows", "coords")
    return [getattr(value, name) for name in names if isinstance(getattr(value, name, None), (np.ndarray, tuple))]


def parts_of_xarray(value):
    if hasattr(value, "variable"):
        return [value.variable._data, *(own._data for name, own in getattr(value, "_coords", {}).items())]
    if hasattr(value, "_variables"):
        return [own._data for own in value._variables.values()]
    if hasattr(value, "_data"):
        return [value._data]
    return [value.array] if hasattr(value, "array") else []


PARTS = {"pandas": parts_of_pandas, "scipy": parts_of_scipy, "xarray": parts_of_xarray}


def items(value):
    """The objects that a container holds, for which identity means something."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.ravel().tolist()
    if not isinstance(value, (list, tuple, set, frozenset, deque)):
        return []
    return [inner for item in value if leaves(item) for inner in [item, *items(item)]]


def root(leaf):
    while isinstance(leaf.base, np.ndarray):
        leaf = leaf.base
    return leaf


def share(one, other):
    """Whether two arrays have common memory; arrays without elements, whether they have one base."""
    if one is other:
        return True
    if one.size == 0 or other.size == 0:
        return root(one) is root(other)
    return np.shares_memory(one, other)


def any_share(ones, others):
    return any(share(one, other) for one in ones for other in others)


def offsets(leaf, start):
    """The byte offset, from address `start`, of each byte of each element."""
    steps = np.array(address(leaf) - start)
    for length, stride in zip(leaf.shape, leaf.strides):
        steps = np.add.outer(steps, np.arange(length) * stride)
    return steps.ravel()


def address(leaf):
    return leaf.__array_interface__["data"][0]


def overlaps(leaf):
    """Whether two elements of an array have common bytes."""
    if leaf.size < 2 or leaf.itemsize == 0:
        return False
    starts = np.sort(offsets(leaf, 0))
    return bool((np.diff(starts) < leaf.itemsize).any())


def memory_of(leaf):
    """The bytes from the first to the last of an array's base, and the address of the first."""
    base = root(leaf)
    if base.size == 0:
        return b"", address(base)
    spans = [(length - 1) * stride for length, stride in zip(base.shape, base.strides)]
    low = address(base) + sum(span for span in spans if span < 0)
    high = address(base) + sum(span for span in spans if span > 0) + base.itemsize
    return ctypes.string_at(low, high - low), low


def metadata(leaf):
    return (leaf.shape, leaf.strides, repr(leaf.dtype), leaf.flags.num)


class Snapshot:
    """What a variable holds. Keeps no reference to any array: `resize` refuses arrays that are referenced."""

    def __init__(self, value):
        self.own = None if isinstance(value, np.ndarray) or leaves(value) else self.text(value)
        self.identities = [id(leaf) for leaf in leaves(value)] if isinstance(value, (list, dict, set, deque)) else None
        self.memory = []
        self.metadata = []
        for leaf in leaves(value):
            content, start = memory_of(leaf)
            first = offsets(leaf, start)
            places = np.add.outer(first, np.arange(leaf.itemsize)).ravel()
            self.memory.append((np.frombuffer(content, np.uint8), places))
            self.metadata.append(metadata(leaf))

    @staticmethod
    def text(value):
        return repr(value) if isinstance(value, (list, dict, set, deque, bytearray)) else None

    def written(self, after):
        """Whether elements changed, or their memory was resized."""
        if any(before.size != later.size for (before, _), (later, _) in zip(self.memory, after.memory)):
            return True
        if self.own != after.own or self.identities != after.identities:
            return True
        return any(
            not np.array_equal(*both(before, later, places))
            for (before, places), (later, _) in zip(self.memory, after.memory)
        )

    def written_around(self, after):
        """Whether memory of the base changed, elements or not."""
        return any(
            not np.array_equal(*both(before, later, np.arange(before.size)))
            for (before, _), (later, _) in zip(self.memory, after.memory)
        )


def both(before, later, places):
    places = places[places < min(before.size, later.size)]
    return before[places], later[places]


def describe(value, variables):
    """One result, or one element of a container."""
    parts = leaves(value)
    kind = kind_of(value)
    seen = {
        "kind": kind,
        "class": f"{type(value).__module__}.{type(value).__qualname__}",
        "same": [name for name, held in variables.items() if held is value or any(item is value for item in items(held))],
        "shares": [name for name, held in variables.items() if any_share(parts, leaves(held))],
    }
    if isinstance(value, np.ma.MaskedArray) or isinstance(value, np.ndarray) and value.dtype == object:
        # Their own memory, a mask and objects aside.
        seen["data"] = [name for name, held in variables.items() if isinstance(held, np.ndarray) and share(value, held)]
    if kind in ("scalar", "text"):
        seen["repr"] = repr(value)[:200]
    if isinstance(value, np.ndarray) and value is not np.ma.masked:
        flags = value.flags
        seen.update(
            owndata=flags.owndata,
            writeable=flags.writeable,
            c_contiguous=flags.c_contiguous,
            f_contiguous=flags.f_contiguous,
            overlaps=overlaps(value),
            dtype=str(value.dtype),
            shape=list(value.shape),
            strides=list(value.strides),
        )
    return seen


def kind_of(value):
    if value is None:
        return "none"
    if value is np.ma.masked:
        return "scalar"
    if isinstance(value, (np.ndarray, np.flatiter, memoryview)) or leaves(value) and not isinstance(value, bytes):
        return "array"
    if isinstance(value, (str, bytes)):
        return "text"
    if isinstance(value, (np.generic, numbers.Number)):
        return "scalar"
    return "value"


def elements_of(value):
    """The name of a container and its elements, nested ones flattened."""
    if isinstance(value, (list, tuple)):
        return ("list" if isinstance(value, list) else "tuple"), list(flatten(value))
    is_iterator = hasattr(value, "__next__") or isinstance(value, ITERATORS)
    if is_iterator and not isinstance(value, np.flatiter):
        return "iterator", list(flatten(itertools.islice(value, MOST_ELEMENTS)))
    return None, [value]


def flatten(values):
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from flatten(value)
        else:
            yield value


def exists(path):
    """Whether a qualified name exists; None where its parent does not."""
    parent, _, name = path.rpartition(".")
    value = sys.modules.get(parent)
    if value is None:
        value = resolve(parent)
    # What is gone from a class may still stand there and raise, and some attributes only objects have.
    value = next((instance for cls, instance in instances() if value is cls), value)
    return None if value is None else hasattr(value, name)


def one_object(name, other):
    """Whether two qualified names are of one object; None where one of them does not exist."""
    one, two = value_at(name), value_at(other)
    if one is None or two is None:
        return None
    # Classes that are alike have data of their own.
    return one is two or (isinstance(one, np.ndarray) and isinstance(two, np.ndarray))


def value_at(path):
    parent, _, name = path.rpartition(".")
    holder = resolve(parent)
    value = None if holder is None else getattr(holder, name, None)
    # A class has its own bound form of a method that it inherits.
    return getattr(value, "__func__", value)


def instances():
    polynomial = np.polynomial.Polynomial
    yield from [(np.ndarray, np.zeros(1)), (np.generic, np.float64(1)), (polynomial, polynomial([1.0]))]
    yield from [(np.finfo, np.finfo("f8")), (np.iinfo, np.iinfo("i4"))]
    if "scipy.sparse" in sys.modules:
        sparse = sys.modules["scipy.sparse"]
        for name in ("csr", "csc", "coo", "bsr", "dia", "lil", "dok"):
            for kind in (getattr(sparse, f"{name}_matrix"), getattr(sparse, f"{name}_array")):
                yield kind, kind(np.eye(2))


def resolve(path):
    first, *rest = path.split(".")
    try:
        value = __import__(first)
    except ImportError:
        return None
    for index, name in enumerate(rest):
        try:
            __import__(".".join([first] + rest[: index + 1]))
        except ImportError:
            pass
        value = getattr(value, name, None)
        if value is None:
            return None
    return value


def arguments(call, program, namespace):
    """Each parameter with the variables in the expression bound to it; None where the call has another form."""
    params = program.get("params")
    tree = ast.parse(call).body[0]
    expression = tree.value if isinstance(tree, ast.Expr) else tree
    positional, keywords = operands(expression, program, namespace)
    if positional is None or params is None:
        return None
    bound = {}
    names = [param["name"] for param in params if param["kind"] in ("PositionalOnly", "Either")]
    rest = [param["name"] for param in params if param["kind"] == "VarPositional"]
    extra = [param["name"] for param in params if param["kind"] == "VarKeyword"]
    known = {param["name"] for param in params}
    starred = False
    for index, node in enumerate(positional):
        starred = starred or isinstance(node, ast.Starred)
        targets = names[index:] + rest if starred else (names[index : index + 1] or rest)
        for name in targets:
            bound.setdefault(name, []).extend(names_in(node))
    for key, node in keywords:
        for name in [key] if key in known else extra if key else known:
            bound.setdefault(name, []).extend(names_in(node))
    return bound


def operands(node, program, namespace):
    """Positional and keyword expressions of a call, an operator, a subscript or an assignment."""
    name = program.get("name", "").rpartition(".")[2]
    if isinstance(node, ast.Call):
        return call_operands(node, program, namespace, name)
    if isinstance(node, ast.Attribute):
        return ([node.value], []) if node.attr == name else (None, [])
    if isinstance(node, ast.Subscript):
        return [node.value, node.slice], []
    if isinstance(node, ast.BinOp):
        pair = [node.left, node.right]
        return (pair[::-1] if name.startswith("__r") and name not in ("__rshift__",) else pair), []
    if isinstance(node, ast.UnaryOp):
        return [node.operand], []
    if isinstance(node, ast.Compare):
        return [node.left, node.comparators[0]], []
    if isinstance(node, ast.AugAssign):
        return [node.target, node.value], []
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        if isinstance(target, ast.Subscript):
            return [target.value, target.slice, node.value], []
        if isinstance(target, ast.Attribute):
            return [target.value], []
    return None, []


def call_operands(node, program, namespace, name):
    func = node.func
    called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if called not in program.get("names", [name]) and not name.startswith("__"):
        return None, []
    keywords = [(keyword.arg, keyword.value) for keyword in node.keywords]
    params = program.get("params") or []
    is_method = bool(params) and params[0]["name"] == "self"
    if is_method and isinstance(func, ast.Attribute) and not is_namespace(func.value, namespace):
        return [func.value] + node.args, keywords
    return list(node.args), keywords


def is_namespace(node, namespace):
    """Whether an expression is a module or a class, evaluated only where that has no effect."""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return False
    try:
        value = eval(ast.unparse(node), namespace)
    except Exception:
        return False
    return isinstance(value, (types.ModuleType, type))


def names_in(node):
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def fresh_namespace():
    return {"np": np, "numpy": np, "stride_tricks": stride_tricks, "exists": exists, "one_object": one_object}


def variables_in(namespace, given):
    skipped = (types.ModuleType, types.FunctionType, type)
    return {
        name: value
        for name, value in namespace.items()
        if name not in given and not name.startswith("__") and not isinstance(value, skipped)
    }


def run(program):
    namespace = fresh_namespace()
    given = set(namespace)
    seen = {"id": program["id"], "setup_error": None, "raised": None, "container": None, "elements": []}
    try:
        exec(program["setup"], namespace)
    except Exception as error:
        seen["setup_error"] = f"{type(error).__name__}: {error}"
        return seen
    before = {name: Snapshot(value) for name, value in variables_in(namespace, given).items()}
    seen["variables"] = {
        name: held_before(name, value, variables_in(namespace, given))
        for name, value in variables_in(namespace, given).items()
    }
    seen["bound"] = arguments(program["call"], program, namespace)
    result = None
    try:
        result = evaluate(program["call"], namespace)
    except Exception as error:
        seen["raised"] = [cls.__name__ for cls in type(error).__mro__]
        seen["message"] = f"{type(error).__name__}: {error}"
    compare(seen, before, namespace)
    if seen["raised"] is None:
        held = {name: namespace[name] for name in before if name in namespace}
        seen["container"], elements = elements_of(result)
        seen["flat"] = isinstance(result, (list, tuple)) and not any(isinstance(one, (list, tuple)) for one in result)
        seen["elements"] = [describe(element, held) for element in elements]
        if seen["container"]:
            seen["same"] = [name for name, value in held.items() if value is result]
    return seen


def held_before(name, value, variables):
    parts = leaves(value)
    arrays = [leaf for leaf in parts if leaf.size]
    others = [other for other, held in variables.items() if other != name and any_share(parts, leaves(held))]
    return {
        "array": isinstance(value, np.ndarray) and value is not np.ma.masked,
        "masked": isinstance(value, np.ma.MaskedArray),
        "objects": isinstance(value, np.ndarray) and value.dtype == object,
        "empty": bool(parts) and not arrays,
        "shares": others,
        "readonly": bool(arrays) and not all(leaf.flags.writeable for leaf in arrays),
        "overlaps": any(overlaps(leaf) for leaf in parts),
    }


def evaluate(call, namespace):
    try:
        code = compile(call, "<call>", "eval")
    except SyntaxError:
        exec(compile(call, "<call>", "exec"), namespace)
        return None
    return eval(code, namespace)


def compare(seen, before, namespace):
    """Records for each variable whether its elements, the memory around them or its metadata changed."""
    for name, snapshot in before.items():
        after = Snapshot(namespace.get(name))
        seen["variables"][name].update(
            written=snapshot.written(after),
            written_around=snapshot.written_around(after),
            metadata_written=snapshot.metadata != after.metadata and len(snapshot.metadata) == len(after.metadata),
        )


def main():
    # What a program prints must not get between the lines of the results.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    programs = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for program in programs:
            answers.write(json.dumps(run(program)) + "\n")
            answers.flush()
        os.chdir("/" if os.name != "nt" else os.environ.get("SYSTEMDRIVE", "C:") + "\\")


main()
