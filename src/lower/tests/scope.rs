//! Names, definitions and imports.

use super::check;

#[test]
fn globals_in_functions() {
    check(
        r"
import numpy as np
def f():
    global g
    g = np.zeros(len(h))
    return g
k = g
",
        r"
module #0 <module>()
  captured np, g
  b0:
    np = import numpy
    f = function #1
    k = use g
    end
function #1 f() in #0
  b0:
    %0 = global np
    %1 = global len
    %2 = global h
    %3 = call %1(%2)
    %4 = method %0.zeros(%3)
    store global g = %4
    %5 = global g
    return %5
",
    );
}

#[test]
fn enclosing_variables() {
    check(
        r"
def f(a):
    def g(b):
        nonlocal a
        a = b
        def h():
            return a, b
        return h
    return g
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(a) in #0
  captured a
  b0:
    g = function #2
    return g
function #2 f.g(b) in #1
  captured b
  b0:
    store free f.a = b
    h = function #3
    return h
function #3 f.g.h() in #2
  b0:
    %0 = free f.a
    %1 = free f.g.b
    %2 = tuple (%0, %1)
    return %2
",
    );
}

#[test]
fn class_scope_is_skipped_by_methods() {
    check(
        r"
x = 1
class C:
    x = x
    y = x
    def m(self):
        return x, y
    z = [y for i in x]
",
        r"
class C() body #1 in #0: m=#2
module #0 <module>()
  captured x
  b0:
    x = use 1
    C = class C()
    end
class body #1 C() in #0
  b0:
    x = global x
    y = use x
    m = function #2
    $5 = list []
    $6 = iter x
    goto b1
  b1 loop 0:
    next i of $6 ? b2 : b3
  b2 loop 0:
    %0 = global y
    append $5, %0
    goto b1
  b3:
    z = use $5
    end
function #2 C.m(self) in #1
  b0:
    %0 = global x
    %1 = global y
    %2 = tuple (%0, %1)
    return %2
",
    );
}

#[test]
fn class_in_a_function() {
    check(
        r"
def f(a):
    class C(a.B, *a):
        b = a
        def m(self): return a
    return C
",
        r"
class f.C(a.B, ?) body #2 in #1: m=#3
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(a) in #0
  captured a
  b0:
    %0 = attr a.B
    C = class f.C(%0, a)
    return C
class body #2 f.C() in #1
  b0:
    b = free f.a
    m = function #3
    end
function #3 f.C.m(self) in #2
  b0:
    %0 = free f.a
    return %0
",
    );
}

#[test]
fn exception_name_is_deleted() {
    check(
        r"
def f():
    try: g()
    except E as e: h(e)
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f() in #0
  b0:
    goto b1
  b1 handler b2:
    %0 = global g
    call %0()
    goto b5
  b2:
    %1 = caught
    %2 = matches %1
    branch %2 ? b3 : b4
  b3:
    e = caught
    %3 = global h
    call %3(e)
    delete e
    goto b5
  b4:
    raise
  b5:
    return
",
    );
}

#[test]
fn imports() {
    check(
        r"
import a
import a.b.c
import a.b as d
from a.b import c, d as e
from . import f
from ..g import h
from k import *
",
        r"
module #0 <module>()
  b0:
    a = import a
    import a.b.c
    a = import a
    d = import a.b
    c = import a.b.c
    e = import a.b.d
    f = import .f
    h = import ..g.h
    import * from k
    end
",
    );
}

#[test]
fn type_parameters_and_aliases() {
    check(
        r"
type X[T] = list[T]
def f[T](a: T) -> T: return a
class C[T]: pass
",
        r#"
class C() body #2 in #0: 
module #0 <module>()
  b0:
    X = opaque "a type alias" ()
    f = function #1
    C = class C()
    end
function #1 f(a: T) -> T in #0
  b0:
    return a
class body #2 C() in #0
  b0:
    use None
    end
"#,
    );
}

#[test]
fn definitions() {
    check(
        r#"
@a.b
@c(1)
def f(x, /, y: int, *args: int, z=None, w=g(), **kw) -> "np.ndarray":
    """Does f."""
@d
class C(f.B, metaclass=M, k=g()):
    async def m(self): pass
    if x:
        def n(self): pass
"#,
        r"
@d class C(f.B) body #2 in #0: m=#3, n=#4
module #0 <module>()
  b0:
    %0 = builtin a
    %1 = attr %0.b
    %2 = builtin c
    %3 = call %2(1)
    %4 = builtin g
    %5 = call %4()
    f = function #1 4=%5 @%1 @%3
    %6 = builtin d
    %7 = attr f.B
    builtin M
    %8 = builtin g
    call %8()
    C = class C(%7) @%6
    end
@a.b @c function #1 f(pos x, y: int, *args: int, kw z = None, kw w = _, **kw) -> np.ndarray in #0
  b0:
    return
class body #2 C() in #0
  b0:
    m = function #3
    %0 = global x
    branch %0 ? b1 : b2
  b1:
    n = function #4
    goto b2
  b2:
    end
function #3 C.m(self) async in #2
  b0:
    use None
    return
function #4 C.n(self) in #2
  b0:
    use None
    return
",
    );
}

#[test]
fn functions_in_finally_are_one_body() {
    check(
        r"
try:
    f()
finally:
    g = lambda: [x for x in y]
",
        r"
module #0 <module>()
  b0:
    goto b1
  b1 handler b3:
    %0 = builtin f
    call %0()
    goto b2
  b2:
    g = function #1
    goto b4
  b3:
    g = function #1
    raise
  b4:
    end
lambda #1 <lambda>() in #0
  b0:
    $1 = list []
    %0 = global y
    $2 = iter %0
    goto b1
  b1 loop 0:
    next x of $2 ? b2 : b3
  b2 loop 0:
    append $1, x
    goto b1
  b3:
    return $1
",
    );
}
