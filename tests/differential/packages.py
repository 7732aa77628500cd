"""A package of three files beside a random program, and the ways in which the program imports it."""

import importlib
import os
import types

from definitions import define_class, define_function, indent
from expressions import any_shape
from world import LIBRARY, PRELUDE, World, imported, is_array, set_flags

NOTHING = (False, False, False)


def write_package(rng, folder, program):
    """Writes a package for a program; returns its name and what can be imported from its modules."""
    package = program + LIBRARY
    os.makedirs(os.path.join(folder, package), exist_ok=True)
    while True:
        files, signatures = package_files(rng, package)
        for name, text in files.items():
            with open(os.path.join(folder, package, name), "w", encoding="utf-8") as file:
                file.write(text)
        try:
            return package, exposures(package, signatures)
        except Exception:  # such as names that two files take from each other
            continue


def package_files(rng, package):
    """The texts of the three files, and the parameters of the functions by name."""
    scratch = World(rng)
    chunks = {"tools": [], "more": []}
    for _ in range(rng.randrange(2, 6)):
        before = len(scratch.chunks)
        define_function(scratch)
        chunks[rng.choice(["tools", "tools", "more"])] += scratch.chunks[before:]
    if rng.random() < 0.5:
        before = len(scratch.chunks)
        define_class(scratch)
        classes = scratch.chunks[before:]
        chunks["tools"] += classes[:1]
        if classes[1:] and rng.random() < 0.6:
            chunks["more"] += [f"from .tools import {scratch.classes[0]}\n", *classes[1:]]
        else:
            chunks["tools"] += classes[1:]
    signatures = {name: (count, flags) for name, count, flags in scratch.functions}
    of_file = {
        file: [name for name in signatures if any(f"def {name}(" in chunk for chunk in chunks[file])]
        for file in chunks
    }
    is_circular = rng.random() < 0.3
    tools = list(chunks["tools"])
    add_variables(scratch, tools, signatures)
    add_other_names(rng, tools, of_file["tools"])
    if is_circular:
        tools.insert(0, "from . import more\n")
    if is_circular or rng.random() < 0.2:
        add_late_call(rng, tools, of_file["more"], signatures)
    more = wrappers(scratch, package, of_file["tools"], signatures, is_circular) + chunks["more"]
    listed = rng.random() < 0.4
    if listed:
        names = rng.sample(of_file["tools"], rng.randrange(len(of_file["tools"]) + 1))
        tools.append(f"__all__ = {sorted(names)!r}\n")
    init = front(rng, of_file, scratch.classes, is_circular)
    files = {"__init__.py": init, "tools.py": PRELUDE + "".join(tools), "more.py": PRELUDE + "".join(more)}
    return files, signatures


def add_variables(scratch, tools, signatures):
    """A module-level array, and functions that give it, or put another in its place."""
    rng = scratch.rng
    if rng.random() < 0.5:
        return
    tools.append(f"table = {rng.choice(['np.arange(4.0)', 'np.ones((2, 3))', 'np.zeros((2, 2))[0]'])}\n")
    if rng.random() < 0.6:
        tools.append(f"def get_table():\n    return {any_shape(scratch, 'table')}\n")
        signatures["get_table"] = (0, [])
    if rng.random() < 0.4:
        tools.append("def keep(p):\n    global table\n    old = table\n    table = p\n    return old\n")
        signatures["keep"] = (1, [])
    if rng.random() < 0.4:
        tools.append("kept = []\ndef remember(p):\n    kept.append(p)\n    return kept[0]\n")
        signatures["remember"] = (1, [])


def add_other_names(rng, tools, names):
    """Another name for a function, or another function of the name."""
    if names and rng.random() < 0.2:
        tools.append(f"again = {rng.choice(names)}\n")
    if names and rng.random() < 0.1:
        tools.append(f"{rng.choice(names)} = {rng.choice(names)}\n")


def add_late_call(rng, tools, names, signatures):
    """A function of `tools` that uses `more`, which imports `tools`."""
    plain = [name for name in names if signatures[name] == (1, [])]
    if plain:
        body = rng.choice(["from . import more\n", "from . import more as late\n"])
        module = "late" if "late" in body else "more"
        body += f"return {module}.{rng.choice(plain)}(p)\n"
        tools.append(f"def later(p):\n{indent(body)}")
        signatures["later"] = (1, [])


def wrappers(scratch, package, names, signatures, is_circular):
    """Functions of `more` that call those of `tools`."""
    rng, found = scratch.rng, []
    if is_circular:
        found.append("from . import tools\n")
    for name in names:
        count, flags = signatures[name]
        if rng.random() < 0.4 or name == "remember":
            continue
        style = "{}.tools.".format(package) if rng.random() < 0.1 else "tools."
        if is_circular:
            access = "tools." + name
        elif rng.random() < 0.2:
            found.append(f"from .tools import {name} as inner_{name}\n")
            access = "inner_" + name
        elif rng.random() < 0.3:
            found.append(f"from .tools import {name}\n")
            access = name
        elif style == "tools.":
            found.append("from . import tools\n")
            access = "tools." + name
        else:
            found.append(f"import {package}.tools\n")
            access = style + name
        parameters = ", ".join("po"[:count])
        given = ", ".join([*"po"[:count], *(f"{flag}={rng.choice(['True', scratch.flag()])}" for flag in flags[:1])])
        result = rng.choice(["q", "q", any_shape(scratch, "q")])
        body = f"q = {access}({given})\nreturn {result}\n"
        found.append(f"def via_{name}({parameters}):\n{indent(body)}")
        signatures[f"via_{name}"] = (count, [])
    if not is_circular and rng.random() < 0.15:
        found.insert(0, "from .tools import *\n")
    return found


def front(rng, of_file, classes, is_circular):
    """The text of `__init__.py`."""
    lines = []
    for file in ("tools", "more"):
        for name in of_file[file]:
            if rng.random() < 0.3:
                lines.append(f"from .{file} import {name}")
            elif rng.random() < 0.15:
                lines.append(f"from .{file} import {name} as re_{name}")
    if classes and rng.random() < 0.3:
        lines.append(f"from .tools import {classes[0]}")
    if rng.random() < 0.2:
        lines.append("from .tools import *")
    if rng.random() < 0.2:
        lines.append("from .more import *")
    if rng.random() < 0.2:
        lines.append("from . import tools, more")
    if is_circular:
        lines.insert(0, "from . import tools")
    return "".join(line + "\n" for line in lines)


def exposures(package, signatures):
    """What each module of the package has: (module, name, kind, parameters), seen by importing it."""
    set_flags(NOTHING)
    found, stars = [], {}
    with imported({}):
        for module in (package + ".tools", package + ".more", package):
            names = vars(importlib.import_module(module))
            stars[module] = list(names.get("__all__", [name for name in names if name[0] != "_"]))
            for name, value in list(names.items()):
                if isinstance(value, types.FunctionType) and value.__name__ in signatures:
                    found.append((module, name, "function", signatures[value.__name__]))
                elif isinstance(value, type):
                    found.append((module, name, "class", None))
                elif is_array(value):
                    found.append((module, name, "array", None))
    return found, stars


def add_imports(world, package, exposed):
    """Adds some imports to a program, and what can be used through them."""
    found, stars = exposed
    for _ in range(world.rng.randrange(2, 6)):
        module, name, kind, signature = world.rng.choice(found)
        text, access = import_statement(world, package, (module, name, kind, signature), found)
        if world.add(text):
            use(world, access, kind, signature)
    if world.rng.random() < 0.25:
        module = world.rng.choice(sorted(stars))
        if world.add(f"from {module} import *\n"):
            for owner, name, kind, signature in found:
                if owner == module and name in stars[module]:
                    use(world, name, kind, signature)


def use(world, access, kind, signature):
    """Lets statements use what has been imported."""
    if kind == "function":
        world.functions.append((access, *signature))
    elif kind == "class":
        world.classes.append(access)
    elif "." in access:
        world.variables.append(access)


def import_statement(world, package, item, found):
    """A statement, and how it lets one get at a thing."""
    rng, (module, name, kind, signature) = world.rng, item
    short, new = module.rpartition(".")[2], world.fresh("its_")
    styles = [
        (f"from {module} import {name}", name),
        (f"from {module} import {name}", name),
        (f"from {module} import {name} as {new}", new),
        (f"import {module} as {new}", f"{new}.{name}"),
        (f"import {module}", f"{module}.{name}"),
        (f"try:\n    from {package}.fast import {name}\nexcept ImportError:\n    from {module} import {name}", name),
        (f"try:\n    import {package}.fast as {new}\nexcept ImportError:\n    import {module} as {new}", f"{new}.{name}"),
    ]
    if module != package:
        styles.append((f"from {package} import {short}", f"{short}.{name}"))
        styles.append((f"from {package} import {short} as {new}", f"{new}.{name}"))
    others = [other for other in found if other[2:] == (kind, signature)]
    if kind == "function":
        second, other = rng.choice(others)[:2]
        text = f"if {world.flag()}:\n    from {module} import {name} as {new}\nelse:\n    from {second} import {other} as {new}"
        styles.append((text, new))
        if signature == (1, []):
            inner = f"def {new}(p):\n    from {module} import {name}\n    return {name}(p)"
            styles.append((inner, new))
    return rng.choice(styles)
