"""Every public name of this interpreter's NumPy as one JSON object: from name to module or class.

A name is public where the module lists it in `__all__`; where there is no such list, where it was defined in that module
and does not begin with an underscore. Of a class, attributes are listed where the class (or a private base of it) defines
them; what it has from another public class stands there.
"""

import importlib
import json
import types
import warnings

MODULES = """numpy numpy.linalg numpy.fft numpy.random numpy.ma numpy.ma.extras numpy.ma.mrecords numpy.lib
numpy.lib.stride_tricks numpy.lib.recfunctions numpy.lib.array_utils numpy.lib.scimath numpy.lib.mixins numpy.lib.format
numpy.lib.npyio numpy.lib.introspect numpy.char numpy.strings numpy.polynomial numpy.polynomial.polynomial
numpy.polynomial.chebyshev numpy.polynomial.legendre numpy.polynomial.hermite numpy.polynomial.hermite_e
numpy.polynomial.laguerre numpy.polynomial.polyutils numpy.rec numpy.emath numpy.ctypeslib numpy.testing numpy.exceptions
numpy.dtypes""".split()

CLASSES = """numpy.ndarray numpy.ma.MaskedArray numpy.matrix numpy.recarray numpy.record numpy.memmap numpy.poly1d
numpy.generic numpy.void numpy.nditer numpy.flatiter numpy.ndenumerate numpy.ndindex numpy.broadcast numpy.ufunc numpy.dtype
numpy.finfo numpy.iinfo numpy.vectorize numpy.errstate numpy.char.chararray numpy.random.Generator numpy.random.RandomState
numpy.random.SeedSequence numpy.random.BitGenerator numpy.polynomial.Polynomial""".split()

# How NumPy tests itself.
HELPERS = ("test",)


def public_of(module):
    names = getattr(module, "__all__", None)
    if names is None:
        names = [name for name, value in vars(module).items() if is_own(module, value)]
    return sorted(name for name in set(names) if not name.startswith("_"))


def is_own(module, value):
    return getattr(value, "__module__", None) == module.__name__


def of_modules():
    for path in MODULES:
        module = resolve(path)
        if module is None:
            continue
        for name in public_of(module):
            value = getattr(module, name, None)
            if not isinstance(value, types.ModuleType) and name not in HELPERS:
                yield f"{path}.{name}", path


def of_classes():
    listed = [resolve(path) for path in CLASSES]
    for path, cls in zip(CLASSES, listed):
        if cls is None:
            continue
        others = {other for other in listed if other not in (None, cls)}
        for name in sorted(dir(cls)):
            if name.startswith("_"):
                continue
            definer = next((base for base in cls.__mro__ if name in vars(base)), cls)
            if definer in others or definer in (object, tuple, str, int) or is_gone(path, name):
                continue
            yield f"{path}.{name}", path


def is_gone(path, name):
    """Whether a name of a class only tells that it was removed."""
    numpy = resolve("numpy")
    instance = {"numpy.generic": numpy.float64(1), "numpy.ndarray": numpy.eye(1)}.get(path)
    return instance is not None and not hasattr(instance, name)


def resolve(path):
    """A module or class; some modules are attributes only, others have to be imported first."""
    parent, _, name = path.rpartition(".")
    try:
        return importlib.import_module(path)
    except ImportError:
        return getattr(resolve(parent), name, None) if parent else None


def main():
    warnings.simplefilter("ignore")
    print(json.dumps({**dict(of_modules()), **dict(of_classes())}, sort_keys=True))


main()
