"""Functions and classes for the random programs."""

from expressions import any_shape


def indent(text, levels=1):
    return "".join(" " * 4 * levels + line + "\n" for line in text.splitlines())


def define_function(world):
    """Adds a function with one or two arrays as parameters and perhaps a flag."""
    rng = world.rng
    name = world.fresh("fun")
    make = rng.choice(
        [straight, straight, early_return, early_return, keyword_copy, default_none, recursive]
        + [nested, closure, two_results, in_place, looping, generator, star, dispatch, guarded]
        + [through_list, swapping, raising, kept_in_default]
    )
    text, arguments, flags = make(world, name)
    if world.add(text):
        world.functions.append((name, arguments, flags))


def straight(world, name):
    body = f"q = {any_shape(world, 'p')}\nq = {any_shape(world, 'q')}\n"
    return f"def {name}(p):\n{indent(body)}    return {any_shape(world, 'q')}\n", 1, []


def early_return(world, name):
    first, second = any_shape(world, "p"), any_shape(world, world.rng.choice(["p", "o"]))
    body = f"if flag:\n    return {first}\nq = {second}\n"
    if world.rng.random() < 0.5:
        body = f"if {world.flag()}:\n    return o\n" + body
    return f"def {name}(p, o, flag=False):\n{indent(body)}    return q\n", 2, ["flag"]


def keyword_copy(world, name):
    default = world.rng.choice(["True", "False"])
    body = world.rng.choice(
        [
            "if copy:\n    p = p.copy()\n",
            "p = p.copy() if copy else p\n",
            "p = np.array(p) if copy else np.asarray(p)\n",
            "if not copy:\n    return p\np = p + 0\n",
        ]
    )
    return (
        f"def {name}(p, *, copy={default}):\n{indent(body)}    return {any_shape(world, 'p')}\n",
        1,
        ["copy"],
    )


def default_none(world, name):
    body = f"if out is None:\n    out = {any_shape(world, 'p')}\n"
    if world.rng.random() < 0.5:
        body += "out[...] = 1\n"
    return f"def {name}(p, out=None):\n{indent(body)}    return out\n", 2, []


def recursive(world, name):
    step, end = any_shape(world, "p"), any_shape(world, "p")
    body = f"if depth == 0:\n    return {end}\nreturn {name}({step}, depth - 1)\n"
    return f"def {name}(p, depth=2):\n{indent(body)}", 1, []


def nested(world, name):
    inner = f"def inner(q):\n    return {any_shape(world, 'q')}\n"
    body = inner + f"r = inner({any_shape(world, 'p')})\nreturn {any_shape(world, 'r')}\n"
    return f"def {name}(p):\n{indent(body)}", 1, []


def closure(world, name):
    declared = world.rng.random() < 0.5
    inner = "def inner():\n"
    if declared:
        inner += f"    nonlocal p\n    p = {any_shape(world, 'p')}\n"
    inner += f"    return {any_shape(world, 'p')}\n"
    body = inner + "q = inner()\nreturn " + world.rng.choice(["q", "p", "q, p", "inner()"])
    return f"def {name}(p):\n{indent(body)}", 1, []


def two_results(world, name):
    body = f"return {any_shape(world, 'p')}, {any_shape(world, world.rng.choice('po'))}\n"
    return f"def {name}(p, o):\n{indent(body)}", 2, []


def in_place(world, name):
    body = world.rng.choice(
        ["p += 1\n", "p[...] = 3\n", "p[0] = 1\n", "p.sort(axis=0)\n", "p.fill(2)\n", "p *= 2\n"]
    )
    if world.rng.random() < 0.5:
        body += "return p\n"
    return f"def {name}(p):\n{indent(body)}", 1, []


def looping(world, name):
    body = world.rng.choice(
        [
            f"q = p\nfor _ in range(2):\n    q = {any_shape(world, 'q')}\nreturn q\n",
            "q = p\nfor row in p:\n    q = row\nreturn q\n",
            f"for _ in range(3):\n    if {world.flag()}:\n        return {any_shape(world, 'p')}\n"
            f"    p = p.copy()\nreturn p\n",
            f"n = 2\nwhile n:\n    n -= 1\n    o, p = p, {any_shape(world, 'p')}\nreturn o\n",
        ]
    )
    if "o, p" in body:
        body = "o = p\n" + body
    return f"def {name}(p):\n{indent(body)}", 1, []


def generator(world, name):
    body = f"yield {any_shape(world, 'p')}\nyield {any_shape(world, 'o')}\n"
    return f"def {name}_parts(p, o):\n{indent(body)}\n\ndef {name}(p, o):\n" + indent(
        world.rng.choice(
            [
                f"first, second = {name}_parts(p, o)\nreturn second\n",
                f"return list({name}_parts(p, o))\n",
                f"return next({name}_parts(p, o))\n",
                f"for part in {name}_parts(p, o):\n    pass\nreturn part\n",
            ]
        )
    ), 2, []


def star(world, name):
    body = world.rng.choice(
        ["return arrays[0]\n", "return arrays[-1][...]\n", "return list(arrays)\n"]
        + ["first, *rest = arrays\nreturn rest[0]\n", "return arrays\n"]
    )
    return f"def {name}(*arrays, **options):\n{indent(body)}", 2, []


def dispatch(world, name):
    body = (
        f"match p.ndim:\n    case 1:\n        return {any_shape(world, 'p')}\n"
        f"    case 2:\n        q = {any_shape(world, 'p')}\n"
        f"    case _:\n        q = p\nreturn q\n"
    )
    return f"def {name}(p):\n{indent(body)}", 1, []


def guarded(world, name):
    body = world.rng.choice(
        [
            "q = np.asarray(p, dtype=float)\nif q is p:\n    q = q.copy()\nreturn q\n",
            "if p is o:\n    return p.copy()\nreturn o\n",
            "if not p.flags.owndata:\n    p = p.copy()\nreturn p\n",
            "if np.shares_memory(p, o):\n    o = o.copy()\nreturn o\n",
            "if p.ndim > 1 and p.shape[0] > 1:\n    p = p[0]\nreturn p\n",
            "if isinstance(p, np.ndarray):\n    return p\nreturn np.array(p)\n",
            "assert p is not None\nreturn p if o is None else o\n",
        ]
    )
    return f"def {name}(p, o):\n{indent(body)}", 2, []


def through_list(world, name):
    body = world.rng.choice(
        [
            "found = []\nfor q in (p, o):\n    found.append(q[...])\nreturn found[-1]\n",
            "found = [p, o]\nfound.reverse()\nreturn found[0]\n",
            "found = {}\nfound['p'] = p\nfound['q'] = o[:]\nreturn found['q']\n",
            "found = [q for q in (p, o) if q.ndim]\nreturn found\n",
            "found = [p] * 2\nfound[1] = o\nreturn tuple(found)\n",
        ]
    )
    return f"def {name}(p, o):\n{indent(body)}", 2, []


def swapping(world, name):
    body = "p, o = o, p\n"
    if world.rng.random() < 0.5:
        body = f"if {world.flag()}:\n{indent(body)}"
    return f"def {name}(p, o):\n{indent(body)}    return {any_shape(world, 'p')}\n", 2, []


def raising(world, name):
    body = (
        f"q = p\ntry:\n    q = {any_shape(world, 'p')}\n    if {world.flag()}:\n"
        f"        raise ValueError\n    q = {any_shape(world, 'o')}\nexcept ValueError:\n"
        f"    {world.rng.choice(['q = q[...]', 'pass', 'return p', 'q = o.copy()'])}\n"
    )
    if world.rng.random() < 0.4:
        body += "finally:\n    p = o\n"
    return f"def {name}(p, o):\n{indent(body)}    return {world.rng.choice('qqp')}\n", 2, []


def kept_in_default(world, name):
    body = f"kept.append({any_shape(world, 'p')})\nreturn kept[{world.rng.choice([0, -1])}]\n"
    return f"def {name}(p, kept=[]):\n{indent(body)}", 1, []


def define_class(world):
    """Adds a class that keeps an array, and perhaps a subclass of it."""
    rng = world.rng
    name = world.fresh("Box")
    stored = rng.choice(
        ["data", "data", "data.copy()", "data[...]", "np.asarray(data)", "data[::-1]"]
        + ["data.copy() if copy else data", "np.array(data) if copy else np.asarray(data)"]
    )
    lines = [f"class {name}:"]
    if rng.random() < 0.4:
        lines.append("    shared = np.arange(4.0)")
    lines += [
        "    def __init__(self, data, copy=False):",
        f"        self.data = {stored}",
        f"        self.items = [{rng.choice(['data', 'self.data', 'self.data.copy()'])}]",
        "        self.cache = None",
        "    def get(self):",
        f"        return {any_shape(world, 'self.data')}",
        "    def put(self, other):",
        f"        self.items.append({any_shape(world, 'other')})",
        "        return self",
        "    def swap(self, other):",
        "        old = self.data",
        f"        self.data = {any_shape(world, 'other')}",
        "        return old",
        "    def lazy(self):",
        "        if self.cache is None:",
        f"            self.cache = {any_shape(world, 'self.data')}",
        "        return self.cache",
        "    @property",
        "    def whole(self):",
        f"        return {rng.choice(['self.data[:]', 'self.data', 'self.data.copy()'])}",
        "    @classmethod",
        "    def of(cls, data):",
        f"        return cls({any_shape(world, 'data')})",
        "    def __getitem__(self, key):",
        "        return self.data[key]",
        "    def update(self, flag=True):",
        "        if flag:",
        f"            {rng.choice(['self.data += 1', 'self.data = self.data + 1', 'self.data[0] = 0'])}",
        f"        return {rng.choice(['self', 'self.data', 'self.items[0]'])}",
    ]
    if world.add("\n".join(lines)):
        world.classes.append(name)
        if rng.random() < 0.4:
            subclass = world.fresh("Sub")
            lines = [
                f"class {subclass}({name}):",
                "    def get(self):",
                f"        kept = {rng.choice(['super().get()', 'self.data', 'self.whole'])}",
                f"        return {any_shape(world, 'kept')}",
            ]
            if world.add("\n".join(lines)):
                world.classes.append(subclass)
