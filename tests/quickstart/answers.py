"""What NumPy itself says, after each line of a program, about every pair of its arrays.

    python answers.py PROGRAM.py [--output FILE]

Runs the program one top-level statement at a time. For each statement it prints the
line on which it begins and the line on which it ends, and then, over the names that hold
arrays at that point (definitions are run, but not answered for):

    "arrays": per name  owndata, base (the names whose array is its `.base`), writeable,
              dtype, ndim, shape
    "pairs":  per pair  is, a_base_is_b, b_base_is_a, shares (np.shares_memory)

Numbers of ten million and more are made small before the program runs, so that a program
about a huge array needs no huge memory. Asserts and prints of the program are not run.
The notebook format is read too; lines then count within each code cell ("cell").
"""

import argparse
import ast
import itertools
import json
import sys

import numpy as np

SMALL = 1_000


class MakeSmall(ast.NodeTransformer):
    """Replaces huge literal numbers by a small one."""

    def visit_Constant(self, node):
        if isinstance(node.value, (int, float)) and abs(node.value) >= 1e7:
            return ast.copy_location(ast.Constant(type(node.value)(SMALL)), node)
        return node


def code_cells(path):
    """The program as (cell index or None, source) pairs."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not path.endswith(".ipynb"):
        return [(None, text)]
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return [(index, "".join(cell["source"])) for index, cell in enumerate(cells)]


def is_silenced(statement):
    """Whether the statement only shows or checks something."""
    if isinstance(statement, ast.Assert):
        return True
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
        and statement.value.func.id == "print"
    )


def arrays_of(namespace):
    return {
        name: value
        for name, value in namespace.items()
        if isinstance(value, np.ndarray) and not name.startswith("_")
    }


def picture(namespace):
    """The answers for the present state of the program."""
    arrays = arrays_of(namespace)
    facts = [
        {
            "name": name,
            "owndata": bool(array.flags.owndata),
            "base": [other for other, owner in arrays.items() if array.base is owner],
            "writeable": bool(array.flags.writeable),
            "dtype": str(array.dtype),
            "ndim": array.ndim,
            "shape": list(array.shape),
        }
        for name, array in arrays.items()
    ]
    pairs = [
        {
            "a": a,
            "b": b,
            "is": first is second,
            "a_base_is_b": first.base is second,
            "b_base_is_a": second.base is first,
            "shares": bool(np.shares_memory(first, second)),
        }
        for (a, first), (b, second) in itertools.combinations(arrays.items(), 2)
    ]
    return {"arrays": facts, "pairs": pairs}


def answers(path):
    namespace = {"__name__": "__main__"}
    found = []
    for cell, source in code_cells(path):
        module = ast.fix_missing_locations(MakeSmall().visit(ast.parse(source)))
        for statement in module.body:
            if not is_silenced(statement):
                code = compile(ast.Module([statement], []), path, "exec")
                exec(code, namespace)
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                continue  # its lines are in another scope
            found.append(
                {"cell": cell, "line": statement.lineno, "end_line": statement.end_lineno}
                | picture(namespace)
            )
    return {"path": path, "numpy": np.__version__, "lines": found}


def main():
    parser = argparse.ArgumentParser(description="NumPy's answers about a program's arrays.")
    parser.add_argument("program")
    parser.add_argument("--output", help="file to write; standard output if left out")
    options = parser.parse_args()
    text = json.dumps(answers(options.program), indent=1) + "\n"
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
