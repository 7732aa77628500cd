"""Random views and fresh arrays, as NumPy makes them: cases for tests/geometry.rs, one JSON document on stdout.

Each `tree` is a base array and views of views of it; each `fresh` case is the shape of a new array.
"""

import itertools
import json
import random
import sys

import numpy as np

rng = random.Random(int(sys.argv[1]))
COUNT = int(sys.argv[2])


def shape(most_axes=4):
    return [rng.choice([0, 1, 1, 2, 2, 3, 3, 4, 6]) if rng.random() < 0.93 else 5 for _ in range(rng.randint(0, most_axes))]


def factors(size):
    """Some shape of so many elements."""
    result = []
    while size > 1 and rng.random() < 0.8:
        divisors = [d for d in range(1, size + 1) if size % d == 0]
        result.append(rng.choice(divisors))
        size //= result[-1]
    return result + ([size] if size != 1 or rng.random() < 0.3 else [])


def new_shape(a):
    if a.size and rng.random() < 0.15:
        result = [n for n in a.shape if n != 1]
        for _ in range(rng.randint(0, 2)):
            result.insert(rng.randint(0, len(result)), 1)
    else:
        result = factors(a.size) if a.size else [0]
    if result and rng.random() < 0.4:
        at = rng.randrange(len(result))
        if a.size:
            result[at] = -1
    return result


def some_axis(a, extra=0):
    n = a.ndim + extra
    return rng.randint(-n, n - 1) if n else 0


def bound(n):
    return rng.choice([None, None, 0, 1, 2, n, -1, -2, rng.randint(-n - 2, n + 2), 100, -100])


def subscript(a):
    """A basic subscript, as Python takes it and as JSON."""
    items, spec = [], []
    axes = list(a.shape)
    cut = rng.randint(0, len(axes))
    dots = rng.random() < 0.3
    tail = rng.randint(0, len(axes) - cut) if dots else 0
    chosen = axes[:cut] + (["..."] if dots else []) + (axes[len(axes) - tail:] if tail else [])
    for n in chosen:
        while rng.random() < 0.1:
            items.append(None)
            spec.append({"newaxis": True})
        if n == "...":
            items.append(...)
            spec.append({"ellipsis": True})
        elif rng.random() < 0.35 and n:
            i = rng.randint(-n, n - 1)
            items.append(i)
            spec.append({"int": i})
        else:
            parts = [bound(n), bound(n), rng.choice([None, None, 1, 2, 3, -1, -1, -2])]
            if rng.random() < 0.35:
                parts = [None, None, None]
            items.append(slice(*parts))
            spec.append({"slice": parts})
    return tuple(items), {"index": spec}


def step(a):
    """A view of `a`: the result, the operation, its arguments."""
    if a.dtype.names and rng.random() < 0.3:
        name = rng.choice(a.dtype.names)
        return a[name], "index", [{"index": [{"field": name}]}]
    op = rng.choice(["index"] * 5 + ["reshape"] * 4 + [
        "transpose", "transpose", "ravel", "squeeze", "expand_dims", "swapaxes", "moveaxis", "rollaxis", "flip", "rot90",
        "diagonal", "broadcast_to", "atleast", "iterate", "split", "like", "like",
    ])
    if op == "index":
        items, spec = subscript(a)
        result = a[items] if rng.random() < 0.5 else a[items + (...,)] if ... not in items else a[items]
        if result.ndim == 0 and not isinstance(result, np.ndarray):
            spec["index"].append({"ellipsis": True})
            result = a[items + (...,)]
        return result, op, [spec]
    if op == "reshape":
        new, order = new_shape(a), rng.choice([None, "C", "C", "F", "A"])
        return a.reshape(new, order=order or "C"), op, [new, order]
    if op == "transpose":
        if rng.random() < 0.4:
            return a.T, op, [None]
        axes = list(range(a.ndim))
        rng.shuffle(axes)
        return a.transpose(axes), op, [axes] if axes else [None]
    if op == "ravel":
        return np.ravel(a, order=rng.choice("CFAK")), op, []
    if op == "squeeze":
        ones = [i for i, n in enumerate(a.shape) if n == 1]
        axis = rng.choice([None, rng.choice(ones) if ones else None, ones or None])
        return np.squeeze(a, axis if not isinstance(axis, list) else tuple(axis)), op, [axis]
    if op == "expand_dims":
        axis = some_axis(a, 1) if rng.random() < 0.7 else [0, some_axis(a, 2)]
        return np.expand_dims(a, axis if isinstance(axis, int) else tuple(axis)), op, [axis]
    if op == "swapaxes":
        axes = [some_axis(a), some_axis(a)]
        return a.swapaxes(*axes), op, axes
    if op == "moveaxis":
        if rng.random() < 0.5:
            axes = [some_axis(a), some_axis(a)]
        else:
            count = rng.randint(0, a.ndim)
            axes = [rng.sample(range(a.ndim), count), rng.sample(range(a.ndim), count)]
        return np.moveaxis(a, *axes), op, axes
    if op == "rollaxis":
        axis, start = some_axis(a), rng.randint(-a.ndim, a.ndim)
        return np.rollaxis(a, axis, start), op, [axis, start]
    if op == "flip":
        axis = rng.choice([None, some_axis(a)])
        return np.flip(a, axis), op, [axis]
    if op == "rot90":
        axes = [some_axis(a), some_axis(a)] if rng.random() < 0.5 else None
        k = rng.randint(-3, 5)
        return np.rot90(a, k, tuple(axes) if axes else (0, 1)), op, [k, axes]
    if op == "diagonal":
        args = [rng.randint(-3, 3), some_axis(a), some_axis(a)]
        return np.diagonal(a, *args), op, args
    if op == "broadcast_to":
        new = [rng.randint(1, 3) if n == 1 else n for n in a.shape]
        new = [rng.randint(1, 3) for _ in range(rng.randint(0, 2))] + new
        return np.broadcast_to(a, new), op, [new]
    if op == "atleast":
        n = rng.randint(1, 3)
        return [np.atleast_1d, np.atleast_2d, np.atleast_3d][n - 1](a), op, [n]
    if op == "iterate":
        return rng.choice(list(a)), op, []
    if op == "split":
        axis, sections = some_axis(a), rng.randint(1, 3)
        return rng.choice(np.array_split(a, sections, axis)), op, [sections, axis]
    if a.dtype.kind == "c" and rng.random() < 0.6:
        return (a.real, "real", []) if rng.random() < 0.5 else (a.imag, "imag", [])
    if a.dtype.kind in "ifuc" and rng.random() < 0.7:
        return a.view(rng.choice(["u1", "i2", "f4", "f8", "c16"])), op, []
    return a.view(), op, []


def root(a):
    while isinstance(a.base, np.ndarray):
        a = a.base
    return a


def address(a):
    return a.__array_interface__["data"][0]


def overlaps(a):
    if a.size > 3000:
        return None
    starts = sorted(sum(i * s for i, s in zip(index, a.strides)) for index in itertools.product(*map(range, a.shape)))
    return any(y - x < a.itemsize for x, y in zip(starts, starts[1:]))


def state(a, base):
    return {
        "shape": a.shape,
        "strides": a.strides,
        "offset": address(a) - address(base),
        "c": a.flags.c_contiguous,
        "f": a.flags.f_contiguous,
        "overlaps": overlaps(a),
        "dtype": a.dtype.str if not a.dtype.names else ",".join(a.dtype[n].str for n in a.dtype.names),
    }


def questions(a, base):
    """Conditions of rules, with NumPy's answer."""
    new, order = new_shape(a), rng.choice(["C", "C", "F", "A"])
    yield "reshapes_as_view", [new, order], root(a.reshape(new, order=order)) is base
    for order in "CFAK":
        yield "ravels_as_view", [order], root(np.ravel(a, order=order)) is base
        yield "satisfies", [order], np.asarray(a, order=order) is a
        yield "satisfies", [order], a.astype(a.dtype, order=order, copy=False) is a
    yield "squeezes", [None], np.squeeze(a) is not a
    axes = list(range(a.ndim))
    rng.shuffle(axes)
    if axes:
        yield "identity_axes", [axes], axes == sorted(axes)
    yield "identity_axes", [None], a.ndim <= 1
    axis = rng.sample(range(a.ndim), rng.randint(0, a.ndim))
    yield "all_axes", [axis], len(axis) == a.ndim
    other = shape()
    yield "same_shape", [other], a.shape == tuple(other)
    yield "same_shape", [list(a.shape)], True


def tree():
    dtype = np.dtype(rng.choice(["f8", "f8", "i4", "u1", "c16", "i4,f8,i2", "S3"]))
    while True:
        lengths = shape()
        if np.prod(lengths) < 500:
            break
    order = rng.choice("CCF")
    base = np.zeros(lengths, dtype, order=order)
    arrays, steps = [base], []
    tries = 0
    while len(arrays) < 5 and tries < 30:
        tries += 1
        source = rng.choice([len(arrays) - 1, len(arrays) - 1, rng.randrange(len(arrays))])
        try:
            result, op, args = step(arrays[source])
        except (ValueError, IndexError, TypeError):
            continue
        if not isinstance(result, np.ndarray) or root(result) is not base or result.size > 2000:
            continue
        arrays.append(result)
        steps.append({"from": source, "op": op, "args": args})
    shares = []
    for i, j in itertools.combinations(range(len(arrays)), 2):
        shares.append([i, j, bool(np.shares_memory(arrays[i], arrays[j]))])
    asked = [
        {"of": i, "test": test, "args": args, "answer": bool(answer)}
        for i, a in enumerate(arrays)
        for test, args, answer in questions(a, base)
    ]
    return {"order": order, "states": [state(a, base) for a in arrays], "steps": steps, "shares": shares, "tests": asked}


def advanced(a):
    items, spec = [], []
    common = rng.choice([(2,), (3,), (2, 3)])
    axes = list(a.shape)
    while axes and rng.random() < 0.9:
        n = axes.pop(0)
        kind = rng.random()
        if rng.random() < 0.1:
            items.append(None)
            spec.append({"newaxis": True})
        if kind < 0.4 and n:
            at = common[rng.randint(0, len(common) - 1):]
            items.append(np.zeros(at, int))
            spec.append({"ints": at})
        elif kind < 0.5 and n:
            items.append(0)
            spec.append({"int": 0})
        elif kind < 0.6 and n:
            mask = np.zeros(n, bool)
            mask[:1] = True
            items.append(mask)
            spec.append({"mask": 1})
        elif kind < 0.7 and ... not in items:
            items.append(...)
            spec.append({"ellipsis": True})
            axes = axes[len(axes) - rng.randint(0, len(axes)):]
        else:
            parts = [bound(n), bound(n), rng.choice([None, 1, 2, -1])]
            items.append(slice(*parts))
            spec.append({"slice": parts})
    return a[tuple(items)], [{"array": 0}, {"index": spec}]


def nested(depth):
    if depth == 0:
        return rng.choice([1, 2.5, True])
    inner = [nested(depth - 1)]
    return inner * rng.randint(1, 3)


def fresh():
    """The result, the operation, the operands, the arguments."""
    op = rng.choice(["index", "index", "concatenate", "stack", "reduce", "broadcast", "arange", "like", "arg", "keep"])
    a = np.zeros(shape(3))
    if op == "index":
        a = np.zeros([rng.randint(1, 4) for _ in range(rng.randint(1, 5))])
        result, args = advanced(a)
        return result, op, [a], args
    if op in ("concatenate", "stack"):
        parts = [a]
        for _ in range(rng.randint(0, 2)):
            parts.append(np.zeros(a.shape))
        axis = some_axis(a, op == "stack")
        if op == "concatenate" and a.ndim:
            other = list(a.shape)
            other[axis] = rng.randint(0, 4)
            parts[-1] = np.zeros(other)
            axis = rng.choice([axis, axis, None])
        result = getattr(np, op)(parts, axis=axis)
        return result, op, parts, [[{"array": i} for i in range(len(parts))], {"none": True} if axis is None else axis]
    if op == "reduce":
        axis = rng.choice([None, some_axis(a), [some_axis(a)]])
        keep = rng.choice([None, True, False])
        result = np.sum(a, axis if not isinstance(axis, list) else tuple(axis), keepdims=bool(keep))
        return np.asarray(result), op, [a], [{"array": 0}, axis, keep]
    if op == "broadcast":
        b = np.zeros([rng.choice([1, n]) for n in a.shape][rng.randint(0, a.ndim):])
        c = nested(rng.randint(0, 2))
        return a + b + np.asarray(c), op, [a, b], [{"array": 0}, {"array": 1}, c]
    if op == "arange":
        args = [rng.randint(-5, 9), rng.randint(-9, 9), rng.choice([1, 2, 3, -1, -2])][: rng.randint(1, 3)]
        return np.arange(*args), op, [], args
    if op == "like":
        data = nested(rng.randint(0, 3))
        return np.array(data), op, [], [data]
    if op == "arg":
        new = rng.choice([shape(), rng.randint(0, 5)])
        return np.zeros(new), op, [], [new]
    items, _ = subscript(a)
    axes = list(range(a.ndim))
    rng.shuffle(axes)
    a = a.transpose(axes)[items + (...,)] if ... not in items else a.T[items]
    return a.copy(order="K"), "keep", [a], [{"array": 0}]


def fresh_case():
    while True:
        try:
            result, op, operands, args = fresh()
        except (ValueError, IndexError, TypeError):
            continue
        return {
            "op": op,
            "args": args,
            "operands": [state(a, a) for a in operands],
            "result": state(result, result),
            "c": np.zeros(result.shape).strides,
            "f": np.zeros(result.shape, order="F").strides,
        }


json.dump({"trees": [tree() for _ in range(COUNT)], "fresh": [fresh_case() for _ in range(COUNT)]}, sys.stdout)
