"""Statements for the random programs: each function returns text, or None if it can't now."""

from definitions import indent
from expressions import any_shape, array_expression, index

NAMES = ["a", "b", "c", "d", "e", "g", "h", "k", "m", "q", "r", "s", "t", "u", "v", "w"]
MOST_ARRAYS = 12


def random_statement(world):
    """A statement of a random kind, or None."""
    kinds = [assign] * 6 + [alias] * 2 + [branch] * 4 + [loop] * 4 + [augmented] * 2
    kinds += [method_in_place, make_container, make_container, use_container, use_container]
    kinds += [use_container, call, call, call, make_object, use_object, use_object, unpack]
    kinds += [swap, delete, walrus, with_block, try_block, match_block, lambda_call, chained]
    kinds += [comprehension, identity_guard, none_first, global_change, shape_change]
    kinds += [conditional_value, while_loop, protect]
    if world.variables:
        kinds += [use_variable] * 3
    return world.rng.choice(kinds)(world)


def target(world):
    """A name to bind: new while there are few arrays, else mostly an old one."""
    taken = world.arrays()
    free = [name for name in NAMES if name not in world.namespaces[0]]
    if free and len(taken) < MOST_ARRAYS and world.rng.random() < 0.75:
        return free[0]
    return world.rng.choice([name for name in taken if name in NAMES] or NAMES)


def fresh_array(world):
    """A new array in one of many shapes and kinds."""
    return world.rng.choice(
        [
            "np.arange(12.0).reshape(3, 4)",
            "np.arange(12).reshape(3, 4)",
            "np.arange(6)",
            "np.arange(6.0)",
            "np.zeros((2, 3))",
            "np.ones((2, 2))",
            "np.zeros((4, 1))",
            "np.ones((1, 4), dtype=int)",
            "np.zeros((2, 3, 4))",
            "np.ones((2, 1, 3))",
            "np.full((3, 3), 2.0)",
            "np.array([[1, 2], [3, 4]])",
            "np.array([1.0, 2.0, 3.0])",
            "np.array([[5.0]])",
            "np.array(7.0)",
            "np.full((2, 3), 1.5)",
            "np.linspace(0, 1, 6)",
            "np.eye(3)",
            'np.zeros((3, 4), order="F")',
            "np.array([1 + 2j, 3 - 1j])",
            "np.zeros(2, dtype=np.float32)",
            'np.zeros(3, dtype=[("x", float), ("y", np.int64)])',
            "np.asarray([3, 1, 2])",
            "np.array([[0, 1, 0], [1, 1, 0]], dtype=bool)",
        ]
    )


def assign(world):
    return f"{target(world)} = {array_expression(world)}"


def alias(world):
    return f"{target(world)} = {world.rng.choice(world.arrays())}"


def chained(world):
    return f"{target(world)} = {world.rng.choice(NAMES)} = {array_expression(world)}"


def conditional_value(world):
    first, second = array_expression(world), array_expression(world)
    name, other = target(world), world.rng.choice(NAMES)
    return f"{name} = {first} if {world.condition()} else {second}\n{other} = {name}"


def none_first(world):
    name = target(world)
    filled = world.rng.choice([name, f"{name}[...]", f"{name}.copy()"])
    return (
        f"{name} = None\nif {world.condition()}:\n    {name} = {array_expression(world)}\n"
        f"if {name} is None:\n    {name} = {array_expression(world)}\n"
        f"{world.rng.choice(NAMES)} = {filled}"
    )


def small_block(world, name=None):
    """One to three plain statements; later ones may use what earlier ones bound."""
    name = name or target(world)
    lines = [f"{name} = {array_expression(world, depth=1)}"]
    for _ in range(world.rng.choice([0, 0, 1, 2])):
        lines.append(
            world.rng.choice(
                [
                    f"{name} = {any_shape(world, name)}",
                    f"{world.rng.choice(NAMES)} = {any_shape(world, name)}",
                    f"{world.rng.choice(NAMES)} = {world.rng.choice(world.arrays())}",
                    f"{name} += 1",
                    f"{name} = {name}.copy()",
                    assign(world),
                ]
            )
        )
    return "\n".join(lines) + "\n"


def branch(world):
    rng, name = world.rng, target(world)
    text = f"if {world.condition()}:\n{indent(small_block(world, name))}"
    if rng.random() < 0.25:
        text += f"elif {world.condition()}:\n{indent(small_block(world, name))}"
    if rng.random() < 0.7:
        other = rng.choice([name, name, target(world)])
        text += f"else:\n{indent(small_block(world, other))}"
    if rng.random() < 0.2:
        text = f"if {world.condition()}:\n{indent(text)}"
    return text


def loop(world):
    rng, name, other = world.rng, target(world), rng_name(world)
    source = rng.choice(world.arrays())
    kept, start = world.fresh("kept"), array_expression(world, depth=1)
    several = rng.choice(world.arrays(lambda array: array.ndim >= 2) or [source])
    return rng.choice(
        [
            f"{name} = {start}\nfor i in range(3):\n    {name} = {any_shape(world, name)}\n",
            f"{kept} = []\n{name} = {start}\nfor i in range(3):\n    {name} = {name} + 1\n"
            f"    {kept}.append({name})\n{other} = {kept}[{rng.choice([0, 1, -1])}]\n",
            f"{kept} = []\n{name} = {start}\nfor i in range(3):\n    {name}[...] = i\n"
            f"    {kept}.append({rng.choice([name, name + '.copy()', name + '[...]'])})\n"
            f"{other} = {kept}[{rng.choice([0, 1, -1])}]\n",
            f"{kept} = []\nfor i in range(2):\n    {name} = np.zeros(3)\n    {kept}.append({name})\n"
            f"    {other} = {any_shape(world, name)}\n{name} = {kept}[{rng.choice([0, 1])}]\n",
            f"{name} = {source}\nfor i in range(2):\n    {other} = {name}\n"
            f"    {name} = {any_shape(world, other)}\n",
            f"for row in {several}:\n    {name} = {rng.choice(['row', 'row[...]', 'row + 1'])}\n",
            f"for i, row in enumerate({several}):\n    if i == 0:\n        {name} = row\n",
            f"for {name}, {other} in zip({several}, {several}[::-1]):\n    pass\n",
            f"for {name} in ({start}, {source}):\n    if {world.flag()}:\n        break\n",
            f"{name} = {start}\nfor {other} in ({start}, {source}, {source}.copy()):\n"
            f"    if {world.condition()}:\n        continue\n    {name} = {other}\n",
            f"for i in range(2):\n    {name} = {source}\n    if {world.flag()}:\n        break\n"
            f"    {other} = {any_shape(world, name)}\nelse:\n    {name} = {start}\n",
            f"{name} = {source}\n{other} = {start}\nfor _ in range({rng.choice([2, 3])}):\n"
            f"    {name}, {other} = {other}, {rng.choice([name, name + '[...]', name + '.copy()'])}\n",
            f"for i in range(3):\n    if i == 1 and {world.flag()}:\n        {name} = {source}\n"
            f"    elif i == 2:\n        {name} = {start}\n",
        ]
    )


def rng_name(world):
    return world.rng.choice(NAMES)


def while_loop(world):
    name, other, count = target(world), rng_name(world), world.fresh("count")
    change = any_shape(world, name)
    return (
        f"{name} = {array_expression(world, depth=1)}\n{count} = 0\n"
        f"while {count} < 3:\n    {count} += 1\n"
        f"    if {world.condition()}:\n        {world.rng.choice(['break', 'continue'])}\n"
        f"    {other} = {name}\n    {name} = {change}"
    )


def augmented(world):
    rng = world.rng
    name = rng.choice(world.arrays())
    shape = world.value(name).shape
    place = f"{name}[{index(rng, shape)}]"
    return rng.choice(
        [
            f"{name} += 1",
            f"{name} *= 2",
            f"{name} -= {rng.choice(world.arrays())}",
            f"{place} = 3",
            f"{place} += 1",
            f"{name}[...] = 0",
            f"{name} = {name} + 1",
            f"total = 0.0\ntotal += {name}",
            f"total = 1\ntotal *= {name}\n{rng_name(world)} = total",
        ]
    )


def method_in_place(world):
    rng = world.rng
    name, other = rng.choice(world.arrays()), rng.choice(world.arrays())
    return rng.choice(
        [
            f"{name}.sort()",
            f"{name}.fill(1)",
            f"{name}.put([0], [2])",
            f"np.copyto({name}, 2)",
            f"np.add({name}, 1, out={name})",
            f"{target(world)} = np.multiply({name}, 2, out={other})",
            f"np.random.default_rng(0).shuffle({name})",
            f"np.fill_diagonal({name}, 1)",
            f"np.put({name}, 0, 5)",
            f"{name} = np.empty((2, 3))\n{name}[...] = 1",
            f"{other} = np.empty_like({name})\n{other}[...] = {name}",
        ]
    )


def protect(world):
    name = world.rng.choice(world.arrays())
    return world.rng.choice(
        [f"{name}.flags.writeable = False", f"{name}.setflags(write=False)"]
        + [f"{name} = {name}.copy()\n{name}.flags.writeable = False\n{rng_name(world)} = {name}[...]"]
        * 2
    )


def shape_change(world):
    name = world.rng.choice(world.arrays())
    other = rng_name(world)
    return f"{other} = {name}{world.rng.choice(['', '[...]', '.copy()'])}\n{name}.shape = (-1,)"


def make_container(world):
    rng = world.rng
    name = world.fresh(rng.choice(["items", "pack"]))
    parts = [array_expression(world, depth=1) for _ in range(3)]
    one = rng.choice(world.arrays())
    return rng.choice(
        [
            f"{name} = [{', '.join(parts)}]",
            f"{name} = ({parts[0]}, {parts[1]})",
            f'{name} = {{"p": {parts[0]}, "q": {parts[1]}}}',
            f"{name} = dict(p={parts[0]}, q={one})",
            f"{name} = [{one}] * 3",
            f"{name} = [np.zeros(2)] * 2 + [{one}]",
            f'{name} = dict.fromkeys(["p", "q"], {one})',
            f"{name} = [np.ones(3) for _ in range(3)]",
            f"{name} = list(({parts[0]}, {one}))",
            f"{name} = [({parts[0]}, {one}), ({one}, {parts[1]})]\n{target(world)} = {name}[1][0]",
            f"{name} = [[{one}], [{parts[0]}]]\n{name}[0].append({parts[1]})\n"
            f"{target(world)} = {name}[0][-1]",
            f"{name} = []\n{name}.append({parts[0]})\nif {world.flag()}:\n    {name}.append({one})\n"
            f"{target(world)} = {name}[-1]",
        ]
    )


def use_container(world):
    rng = world.rng
    lists, tuples, dicts = world.lists(), world.tuples(), world.dicts()
    if lists and rng.random() < 0.55:
        return use_list(world, rng.choice(lists))
    if dicts and rng.random() < 0.6:
        return use_dict(world, rng.choice(dicts))
    if tuples:
        name, length = rng.choice(tuples), world.shortest(rng.choice(tuples))
        first, second = target(world), rng_name(world)
        return rng.choice(
            [
                f"{first} = {name}[{rng.choice([0, -1])}]",
                f"{first}, {second} = {name}[:2]",
                f"{first}, *_ = {name}",
                f"{world.fresh('pack')} = {name} + ({array_expression(world, depth=1)},)",
                f"{world.fresh('items')} = list({name})",
            ][: 5 if length else 3]
        )
    return None


def use_list(world, name):
    rng = world.rng
    place = rng.randrange(world.shortest(name))
    first, second, value = target(world), rng_name(world), array_expression(world, depth=1)
    new = world.fresh("items")
    return rng.choice(
        [
            f"{first} = {name}[{place}]",
            f"{first} = {name}[{place}]",
            f"{first} = {name}[-1]",
            f"{first} = {name}[int({world.flag()})]",
            f"{first} = {name}[{place}][...]",
            f"{name}.append({value})",
            f"{name}.insert(0, {value})",
            f"{name}.extend([{value}])",
            f"{name} += [{value}]",
            f"{name}[{place}] = {value}",
            f"{name}[0], {name}[-1] = {name}[-1], {name}[0]",
            f"{first}, {second} = {name}[:2]",
            f"{first}, *rest = {name}",
            f"*rest, {first} = {name}\n{second} = rest[0]",
            f"{first} = {name}.pop()\n{name}.append({value})",
            f"{first} = {name}.pop(0)\n{name}.append({first})",
            f"{new} = {name}[:]",
            f"{new} = list({name})\n{new}[0] = {value}",
            f"{new} = {name}\n{new}[{place}] = {value}",
            f"{new} = {name} + [{value}]",
            f"{new} = [item[...] for item in {name}]",
            f"{new} = [item.copy() for item in {name}]",
            f"{new} = [item for item in {name} if item.ndim]",
            f"{new} = tuple({name})",
            f"{new} = sorted({name}, key=len)",
            f"{new} = [*{name}, {value}]",
            f"{name}.reverse()",
            f"for item in {name}:\n    {first} = item",
            f"for i, item in enumerate({name}):\n    {name}[i] = {any_shape(world, 'item')}",
            f"for i in range(len({name})):\n    {first} = {name}[i]",
            f"{first} = next(iter({name}))",
            f"{first} = max({name}, key=np.size)",
            f"for item in {name}:\n    item[...] = 1",
            f"for item in reversed({name}):\n    if {world.flag()}:\n        {first} = item",
            f"if len({name}) > 1:\n    {first} = {name}[1]\nelse:\n    {first} = {value}",
            f"{first} = np.array({name}[:1])",
            f"{first} = np.stack([{name}[0]] * 2)",
            f"{first} = [{name}[0], {value}][{rng.choice([0, 1])}]",
            f"del {name}[0]\n{name}.append({value})",
            f"{first} = list(map(lambda item: item[...], {name}))[0]",
        ]
    )


def use_dict(world, name):
    rng, keys = world.rng, world.common_keys(name)
    first, value, new = target(world), array_expression(world, depth=1), world.fresh("table")
    if not keys:
        return None
    key = rng.choice(keys)
    return rng.choice(
        [
            f'{first} = {name}["{key}"]',
            f'{first} = {name}["{key}"]',
            f'{first} = {name}.get("{key}")',
            f'{name}["{key}"] = {value}',
            f'{name}["z"] = {value}',
            f'if {world.flag()}:\n    {name}["{key}"] = {value}',
            f'{name}["{key}"] += 1',
            f'{first} = {name}.setdefault("n", {value})',
            f'{first} = {name}.get("missing", {value})',
            f"{new} = dict({name})\n{new}[{key!r}] = {value}",
            f"{new} = {{key: item.copy() for key, item in {name}.items()}}",
            f"{new} = {{key: item[...] for key, item in {name}.items()}}",
            f"{new} = {{**{name}, 'y': {value}}}",
            f"{new} = {name}.copy()",
            f"for item in {name}.values():\n    {first} = item",
            f"for key, item in {name}.items():\n    {first} = {any_shape(world, 'item')}",
            f"{new} = list({name}.values())",
            f'{name}.update(p={value})\n{first} = {name}["p"]',
            f'{first} = {name}.pop("{key}")\n{name}["{key}"] = {value}',
        ]
    )


def call(world):
    rng = world.rng
    if not world.functions:
        return None
    name, count, flags = rng.choice(world.functions)
    arguments = [
        rng.choice(world.arrays()) if rng.random() < 0.7 else array_expression(world, depth=1)
        for _ in range(count)
    ]
    if count == 2 and rng.random() < 0.2:
        arguments[1] = f"o={arguments[1]}"
    for flag in flags:
        if rng.random() < 0.7:
            arguments.append(f"{flag}={rng.choice(['True', 'False', world.flag()])}")
    text = f"{name}({', '.join(arguments)})"
    if count == 2 and rng.random() < 0.1:
        text = f"{name}(*[{', '.join(arguments)}])"
    first, second = target(world), rng_name(world)
    return rng.choice(
        [f"{first} = {text}"] * 6
        + [f"{first}, {second} = {text}", text, f"{first} = {name}({text})"]
        + [f"{first} = [{text} for _ in range(2)][0]"]
        + [f"{first} = {text} if {world.condition()} else {rng.choice(world.arrays())}"]
        + [f"{world.fresh('pack')} = {text}", f"alias_of = {name}\n{first} = alias_of({text})"]
    )


def make_object(world):
    rng = world.rng
    if not world.classes:
        return None
    kind, name = rng.choice(world.classes), world.fresh("box")
    value = array_expression(world, depth=1)
    return rng.choice(
        [
            f"{name} = {kind}({value})",
            f"{name} = {kind}({rng.choice(world.arrays())})",
            f"{name} = {kind}({value}, copy={rng.choice(['True', 'False', world.flag()])})",
            f"{name} = {kind}.of({value})",
            f"{name} = {kind}({value}).put({rng.choice(world.arrays())})",
        ]
    )


def use_object(world):
    rng, objects = world.rng, world.objects()
    if not objects:
        return make_object(world)
    name, other = rng.choice(objects), rng.choice(objects)
    first, value = target(world), array_expression(world, depth=1)
    return rng.choice(
        [
            f"{first} = {name}.data",
            f"{first} = {name}.data",
            f"{first} = {name}.get()",
            f"{first} = {name}.get()",
            f"{first} = {name}.lazy()",
            f"{first} = {name}.whole",
            f"{first} = {name}.swap({value})",
            f"{first} = {name}.items[{rng.choice([0, -1])}]",
            f"{first} = {name}[0:1]",
            f"{first} = {name}.shared",
            f"{first} = {name}.update()",
            f"{name}.update({rng.choice(['False', world.flag()])})",
            f"{name}.data = {value}",
            f"{name}.data = {name}.data{rng.choice(['[...]', '.copy()', '[1:]'])}",
            f"{name}.data += 1",
            f"{name}.put({value})",
            f"{name}.put({value}).put({name}.data)\n{first} = {name}.items[-1]",
            f"{other}.data = {name}.data\n{first} = {other}.get()",
            f"if {world.condition()}:\n    {name}.data = {value}\n{first} = {name}.data",
            f"{world.fresh('box')} = {name}",
            f"for each in [{name}, {other}]:\n    {first} = each.data\n    each.data = {value}",
            f"{name}.extra = {value}\n{first} = {name}.extra",
            f'setattr({name}, "data", {value})\n{first} = getattr({name}, "data")',
            f"method = {name}.get\n{first} = method()",
        ]
    )


def unpack(world):
    rows = world.arrays(lambda array: array.ndim >= 2 and array.shape[0] in (2, 3))
    if not rows:
        return None
    name, one, two = world.rng.choice(rows), target(world), rng_name(world)
    if world.value(name).shape[0] == 2:
        return world.rng.choice([f"{one}, {two} = {name}", f"[{one}, {two}] = {name}[::-1]"])
    return world.rng.choice([f"{one}, *_, {two} = {name}", f"_, {one}, {two} = {name}"])


def swap(world):
    rng, arrays = world.rng, world.arrays()
    one, two = rng.choice(arrays), rng.choice(arrays)
    return rng.choice(
        [
            f"{one}, {two} = {two}, {one}",
            f"if {world.flag()}:\n    {one}, {two} = {two}, {one}",
            f"{one}[0], {one}[-1] = {one}[-1], {one}[0]",
            f"{one}, {two} = {two}[...], {one}",
        ]
    )


def delete(world):
    name = world.rng.choice(world.arrays())
    if len(world.arrays()) < 5:
        return None
    return world.rng.choice([f"del {name}", f"if {world.flag()}:\n    del {name}", f"{name} = None"])


def walrus(world):
    name, value = target(world), array_expression(world)
    return world.rng.choice(
        [
            f"if ({name} := {value}).ndim > 1:\n    {rng_name(world)} = {name}[0]",
            f"{rng_name(world)} = ({name} := {value})[...]",
            f"{rng_name(world)} = [{name} := {value}, {name}[...]][1]",
            f"if {world.flag()} and ({name} := {value}) is not None:\n    pass",
        ]
    )


def with_block(world):
    name, value = target(world), array_expression(world)
    return world.rng.choice(
        [
            f"with contextlib.nullcontext({value}) as {name}:\n    {rng_name(world)} = {name}[...]",
            f'with np.errstate(all="ignore"):\n{indent(small_block(world, name))}',
            f"with contextlib.suppress(IndexError):\n    {name} = {value}\n"
            f"    {rng_name(world)} = {name}[99]\n    {name} = {array_expression(world)}",
        ]
    )


def try_block(world):
    rng, name, value = world.rng, target(world), array_expression(world)
    error = rng.choice(["raise ValueError", f"{name}.reshape(77, 5)", "int('x')"])
    if rng.random() < 0.6:
        error = f"if {world.flag()}:\n    {error}"
    text = f"try:\n    {name} = {value}\n{indent(error)}    {name} = {any_shape(world, name)}\n"
    text += f"except ValueError:\n{indent(small_block(world, rng.choice([name, target(world)])))}"
    if rng.random() < 0.3:
        text += f"else:\n{indent(small_block(world))}"
    if rng.random() < 0.3:
        text += f"finally:\n{indent(small_block(world))}"
    return text


def match_block(world):
    name = target(world)
    first, second = array_expression(world), array_expression(world)
    source = world.rng.choice(world.arrays())
    return world.rng.choice(
        [
            f"match int({world.flag()}):\n    case 0:\n        {name} = {first}\n"
            f"    case _:\n        {name} = {second}",
            f"match ({source}, {first}):\n    case (one, two) if {world.flag()}:\n"
            f"        {name} = one\n    case [_, {rng_name(world)}]:\n        pass",
            f'match {{"p": {source}}}:\n    case {{"p": {name}}}:\n        pass',
            f"match {source}:\n    case np.ndarray() as {name}:\n        pass\n"
            f"    case None:\n        {name} = {first}",
        ]
    )


def lambda_call(world):
    name, value, function = target(world), array_expression(world), world.fresh("f")
    return world.rng.choice(
        [
            f"{name} = (lambda p: {any_shape(world, 'p')})({value})",
            f"{function} = lambda p, q=None: p if q is None else q\n{name} = {function}({value})",
            f"{function} = lambda: {world.rng.choice(world.arrays())}\n{name} = {function}()",
        ]
    )


def comprehension(world):
    rng, name = world.rng, target(world)
    one, two = rng.choice(world.arrays()), array_expression(world, depth=1)
    new = world.fresh("items")
    return rng.choice(
        [
            f"{new} = [{any_shape(world, 'x')} for x in ({one}, {two})]\n{name} = {new}[0]",
            f"{new} = [{one} for _ in range(2)]\n{name} = {new}[1]",
            f"{new} = [{one}.copy() for _ in range(2)]\n{name} = {new}[1]",
            f"{new} = [x + y for x, y in zip([{one}], [{one}])]\n{name} = {new}[0]",
            f"{name} = next(x for x in [{one}, {two}])",
            f"{new} = {{i: x for i, x in enumerate([{one}, {two}])}}\n{name} = {new}[1]",
            f"{new} = [x for pair in [({one}, {two})] for x in pair]\n{name} = {new}[-1]",
        ]
    )


def identity_guard(world):
    one, two = world.rng.choice(world.arrays()), world.rng.choice(world.arrays())
    name = target(world)
    return world.rng.choice(
        [
            f"{name} = {one} if {world.flag()} else {two}\nif {name} is {one}:\n"
            f"    {name} = {name}.copy()",
            f"{name} = np.asarray({one}, dtype=float)\nif {name} is {one}:\n"
            f"    {name} = {name}.copy()",
            f"if {one} is {two}:\n    {name} = {one}\nelse:\n    {name} = {one}.copy()",
            f"{name} = {one}\nif not {name}.flags.owndata:\n    {name} = {name}.copy()",
            f"{name} = {one}[...]\nif {name}.base is None:\n    {name} = {two}",
            f"{name} = {one}\nif np.shares_memory({name}, {two}):\n    {name} = {name} + 0",
        ]
    )


def global_change(world):
    name, function = world.rng.choice(world.arrays()), world.fresh("change")
    return world.rng.choice(
        [
            f"def {function}():\n    global {name}\n    {name} = {any_shape(world, name)}\n\n"
            f"{function}()",
            f"def {function}(p):\n    global {name}\n    {name} = p\n    return {name}\n\n"
            f"{target(world)} = {function}({array_expression(world)})",
            f"def {function}():\n    return {any_shape(world, name)}\n\n"
            f"{target(world)} = {function}()",
        ]
    )


def use_variable(world):
    """A variable of an imported module: read, or bound anew."""
    name, first = world.rng.choice(world.variables), target(world)
    return world.rng.choice(
        [
            f"{first} = {name}",
            f"{first} = {any_shape(world, name)}",
            f"{name}[...] = 1",
            f"{name} = {array_expression(world, depth=1)}",
            f"if {world.flag()}:\n    {name} = {array_expression(world, depth=1)}",
        ]
    )
