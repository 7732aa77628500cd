"""Expressions whose value is an array: views, copies, and what may be either."""

import numpy as np


def array_expression(world, depth=2):
    """A random expression; its operands are arrays that the program has."""
    rng = world.rng
    text = operand(world)
    for _ in range(rng.choice([0, 1, 1, 1, 2][: depth + 3])):
        value = world.value(text)
        if not isinstance(value, np.ndarray) or value.size == 0:
            break
        text = rng.choice(rng.choice(families(world, text, value)))
    return text


def operand(world):
    """A name, an element, an attribute, or one of two."""
    rng = world.rng
    arrays = world.arrays()
    name = rng.choice(arrays)
    kind = rng.random()
    if kind < 0.08 and (lists := world.lists()):
        return f"{rng.choice(lists)}[{rng.choice([0, -1])}]"
    if kind < 0.13 and (objects := world.objects()):
        return f"{rng.choice(objects)}.data"
    if kind < 0.20:
        return f"({name} if {world.condition()} else {rng.choice(arrays)})"
    if kind < 0.23:
        return f"({name} if {world.condition()} else {name}.copy())"
    if kind < 0.26:
        return f"({name}, {rng.choice(arrays)})[{rng.choice(['0', '1', '-1', 'int(f0)'])}]"
    return name


def families(world, e, value):
    """Groups of expressions over the expression `e`, whose value is given."""
    rng, shape, ndim = world.rng, value.shape, value.ndim
    if value.dtype.names:
        return [fields(rng, e), [f"{e}.copy()", f"{e}[::-1]", f"{e}[:]", f"{e}.view()"]]
    groups = [
        indexing(rng, e, shape),
        indexing(rng, e, shape),
        layout(rng, e, shape),
        reshaping(rng, e, shape),
        reshaping(rng, e, shape),
        conversions(e, value),
        copies(rng, e, ndim),
        arithmetic(world, e, value),
    ]
    if ndim >= 1:
        groups.append(advanced(rng, e, shape))
        groups.append(pieces(rng, e, shape))
    if value.dtype.kind in "iufc":
        groups.append(parts(e))
    return groups


def index(rng, shape):
    """A basic index that fits the shape."""
    items = []
    for length in shape:
        low = rng.randrange(length)
        high = rng.randrange(low + 1, length + 1)
        items.append(
            rng.choice(
                [":", ":", "::-1", "::2", f"{low}:", f":{high}", f"{low}:{high}", "-1:"]
                + ["::-2", f"{-length}:", f"{high - 1}::-1", str(low), str(low - length)]
            )
        )
    items = items[: rng.randrange(1, len(items) + 1)] if items else []
    if rng.random() < 0.15:
        items.insert(rng.randrange(len(items) + 1), "None")
    if rng.random() < 0.2 or not items:
        items.insert(rng.choice([0, len(items)]), "...")
    return ", ".join(items)


def indexing(rng, e, shape):
    return [
        f"{e}[{index(rng, shape)}]",
        f"{e}[{index(rng, shape)}]",
        f"{e}[{index(rng, shape)}]",
        f"{e}[...]",
        f"{e}[None]",
        f"{e}[:]" if shape else f"{e}[()]",
        f"{e}[np.newaxis, ...]",
        f"{e}[0, ...]" if shape else f"{e}[...]",
        f"{e}[slice(0, None)]" if shape else f"{e}[()]",
        f"{e}[()]",
    ]


def advanced(rng, e, shape):
    last = shape[0] - 1
    found = [
        f"{e}[[0, -1]]",
        f"{e}[[{last}]]",
        f"{e}[np.array([0, {last}])]",
        f"{e}[{e} >= 0]",
        f"{e}[{e} == {e}]",
        f"{e}[np.arange({last + 1})]",
        f"{e}[np.ones({last + 1}, dtype=bool)]",
        f"{e}[[True] * {last + 1}]",
        f"{e}[np.nonzero({e} == {e})]",
    ]
    if len(shape) >= 2:
        found += [
            f"{e}[:, [0, -1]]",
            f"{e}[0, [0]]",
            f"{e}[[0], 0:1]",
            f"{e}[..., [0]]",
            f"{e}[np.ix_([0, -1], [0])]",
            f"{e}[None, [0]]",
        ]
    return found


def layout(rng, e, shape):
    ndim = len(shape)
    found = [f"{e}.T", f"np.transpose({e})", f"{e}.transpose()", f"{e}.view()"]
    if ndim >= 1:
        found += [f"np.flip({e})", f"np.roll({e}, 1)"]
    if ndim >= 2:
        first, second = rng.sample(range(ndim), 2)
        axes = rng.sample(range(ndim), ndim)
        found += [
            f"{e}.swapaxes({first}, {second})",
            f"np.swapaxes({e}, {first}, {first})",
            f"np.moveaxis({e}, {first}, {second})",
            f"np.transpose({e}, {tuple(axes)})",
            f"{e}.transpose({', '.join(map(str, axes))})",
            f"np.rollaxis({e}, {second})",
            f"np.fliplr({e})",
            f"np.flipud({e})",
            f"np.rot90({e}, {rng.randrange(4)})",
            f"np.flip({e}, axis={first})",
        ]
    if ndim == 2:
        found += [f'np.einsum("ij->ji", {e})', f'np.einsum("ij->j", {e})', f"np.triu({e})"]
        found += [f"np.diagonal({e})", f"{e}.diagonal()", f"np.diag({e})"]
    return found


def new_shape(rng, size):
    """Lengths with the given product, one of them perhaps left to NumPy."""
    lengths = []
    for factor in (2, 2, 3, 2, 3, 5):
        if size % factor == 0 and rng.random() < 0.6:
            lengths.append(factor)
            size //= factor
    lengths.append(size)
    rng.shuffle(lengths)
    while len(lengths) > 3:
        lengths.append(lengths.pop() * lengths.pop())
    if rng.random() < 0.3:
        lengths.insert(rng.randrange(len(lengths) + 1), 1)
    if rng.random() < 0.3:
        lengths[rng.randrange(len(lengths))] = -1
    return lengths


def reshaping(rng, e, shape):
    size = int(np.prod(shape))
    lengths = new_shape(rng, size)
    joined = ", ".join(map(str, lengths))
    order = rng.choice("CFAK")
    found = [
        f"{e}.reshape({joined})",
        f"{e}.reshape(({joined},))",
        f"np.reshape({e}, ({joined},))",
        f'{e}.reshape({joined}, order="{rng.choice("CFA")}")',
        f"{e}.reshape(-1)",
        f"{e}.reshape({e}.shape)",
        f"{e}.ravel()",
        f"np.ravel({e})",
        f'{e}.ravel(order="{order}")',
        f"{e}.T.reshape({joined})",
        f"{e}.T.ravel()",
        f"{e}.flatten()",
        f"np.squeeze({e})",
        f"{e}.squeeze()",
        f"np.expand_dims({e}, {rng.choice([0, -1])})",
        f"np.atleast_1d({e})",
        f"np.atleast_2d({e})",
        f"np.atleast_3d({e})",
        f"np.broadcast_to({e}, {(2, *shape)})",
        f"np.broadcast_to({e}, {shape})",
    ]
    if 1 in shape:
        found.append(f"{e}.squeeze(axis={shape.index(1)})")
        found.append(f"np.squeeze({e}, axis={shape.index(1)})")
    return found


def conversions(e, value):
    kind = value.dtype
    return [
        f"np.asarray({e})",
        f"np.asanyarray({e})",
        f"np.asarray({e}, dtype=float)",
        f"np.asarray({e}, dtype=np.{kind})",
        f"np.asarray({e}, dtype={e}.dtype)",
        f'np.asarray({e}, order="F")',
        f"np.ascontiguousarray({e})",
        f"np.asfortranarray({e})",
        f'np.require({e}, requirements=["C"])',
        f"{e}.astype(np.{kind}, copy=False)",
        f"{e}.astype(np.float64, copy=False)",
        f"{e}.astype({e}.dtype)",
        f"{e}.astype(np.int64)",
        f"{e}.astype(np.complex128, copy=False)",
        f"np.array({e})",
        f"np.array({e}, ndmin=2)",
        f"np.array({e}, dtype=np.{kind}, copy=True)",
        f"{e}.view(np.ndarray)",
        f"{e}.view(np.{kind})",
        f"{e}.view(dtype={e}.dtype)",
    ]


def copies(rng, e, ndim):
    found = [
        f"{e}.copy()",
        f"np.copy({e})",
        f'{e}.copy(order="F")',
        f"np.ones_like({e})",
        f"np.zeros_like({e})",
        f"np.full_like({e}, 2)",
        f"np.array([{e}, {e}])",
        f"np.tile({e}, 2)",
        f"np.where({e} > 1, {e}, 0)",
        f"np.clip({e}, 0, 5)",
    ]
    if ndim >= 1:
        found += [
            f"np.sort({e}, axis=0)",
            f"np.concatenate([{e}, {e}])",
            f"np.stack([{e}, {e}], axis={rng.choice([0, -1])})",
            f"np.repeat({e}, 2, axis=0)",
            f"np.take({e}, [0, -1], axis=0)",
            f"{e}.take([0], axis=0)",
            f"np.append({e}, {e}, axis=0)",
            f"np.cumsum({e}, axis=0)",
            f"np.delete({e}, [], axis=0)",
            f"np.vstack(({e}, {e}))",
            f"np.hstack([{e}, {e}])",
            f"np.r_[{e}, {e}]",
            f"np.pad({e}, 1)",
        ]
    return found


def pieces(rng, e, shape):
    length = shape[0]
    axis = rng.randrange(len(shape))
    parts_wanted = min(2, shape[axis])
    found = [
        f"np.array_split({e}, {parts_wanted}, axis={axis})[{rng.choice([0, -1])}]",
        f"np.split({e}, {length})[0]",
        f"np.split({e}, [1])[0]",
        f"list({e})[-1]",
        f"next(iter({e}))",
        f"np.lib.stride_tricks.sliding_window_view({e}, 1, axis=0)",
    ]
    if len(shape) >= 2:
        found += [f"np.hsplit({e}, {shape[1]})[0]", f"np.vsplit({e}, {length})[-1]"]
        found += [f"[*{e}][0]", f"{e}[0]", f"{e}[-1]"]
    return found


def arithmetic(world, e, value):
    rng = world.rng
    same = world.arrays(lambda array: array.shape == value.shape and array.dtype == value.dtype)
    other = rng.choice(same) if same else e
    return [
        f"{e} + 1",
        f"-{e}",
        f"{e} * {other}",
        f"{e} / 2",
        f"np.add({e}, {other})",
        f"np.add({e}, 1, out={other})",
        f"np.multiply({e}, {other}, out={e})",
        f"np.clip({e}, 0, 9, out={other})",
        f"np.negative({e}, out=({other},))",
        f"{e}.sum(axis=0)" if value.ndim > 1 else f"{e} - {e}",
        f"{e}.max(axis=0, keepdims=True)" if value.ndim else f"+{e}",
        f"+{e}",
        f"abs({e})",
        f"{e} > 1",
        f"np.nan_to_num({e})",
        f"np.nan_to_num({e}, copy=False)",
        f"np.broadcast_arrays({e}, {other})[0]",
        f"np.maximum({e}, 2)",
    ]


def parts(e):
    return [
        f"{e}.real",
        f"{e}.imag",
        f"np.real({e})",
        f"np.imag({e})",
        f"{e}.conj()",
        f"np.conj({e})",
    ]


def fields(rng, e):
    return [f'{e}["x"]', f'{e}["y"]', f'{e}[["x", "y"]]', f'{e}[:2]["x"]', f'{e}["x"][1:]']


def any_shape(world, e):
    """An expression over a parameter, of which only `ndim >= 1` is expected."""
    return world.rng.choice(
        [
            e,
            e,
            f"{e}[1:]",
            f"{e}[::-1]",
            f"{e}[...]",
            f"{e}[:]",
            f"{e}[:-1]",
            f"{e}[None]",
            f"{e}.T",
            f"{e}.view()",
            f"{e}.copy()",
            f"{e}.copy()",
            f"{e}.reshape(-1)",
            f"{e}.T.reshape(-1)",
            f"{e}.ravel()",
            f"{e}.flatten()",
            f"np.asarray({e})",
            f"np.asarray({e}, dtype=float)",
            f"np.ascontiguousarray({e})",
            f"np.array({e})",
            f"{e}.astype({e}.dtype, copy=False)",
            f"{e}.squeeze()",
            f"{e} + 1",
            f"{e} * 2",
            f"{e}[[0]]",
            f"{e}[{e} > 0]",
            f"np.sort({e}, axis=0)",
            f"np.atleast_2d({e})",
            f"np.flip({e}, axis=0)",
        ]
    )
