//! Assignments and deletions.

use super::check;

#[test]
fn names_in_a_row_are_one_object() {
    check(
        r"
a = b = f()
a = b[0] = c
",
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    %1 = call %0()
    a = use %1
    b = use %1
    %2 = builtin c
    a = use %2
    store b[0] = %2
    end
",
    );
}

#[test]
fn pairs_make_no_tuple() {
    check(
        r"
a, b = b, a
c, d = a.x, 1
(e, [f, g]) = a, b
x[0], y.z = a, b
i, x[i] = 1, c
",
        r"
module #0 <module>()
  b0:
    %0 = use b
    %1 = use a
    a = use %0
    b = use %1
    %2 = attr a.x
    c = use %2
    d = use 1
    %3 = use a
    %4 = use b
    e = use %3
    unpack %4 -> f, g
    %5 = builtin x
    store %5[0] = a
    %6 = builtin y
    store %6.z = b
    i = use 1
    %7 = builtin x
    store %7[i] = c
    end
",
    );
}

#[test]
fn unpacking() {
    check(
        r"
a, *b = x
(a, b), c.d, e[0] = x
[a, b] = a
",
        r"
module #0 <module>()
  b0:
    %0 = builtin x
    unpack %0 -> a, *b
    %1 = builtin x
    unpack %1 -> %2, %3, %4
    unpack %2 -> a, b
    %5 = builtin c
    store %5.d = %3
    %6 = builtin e
    store %6[0] = %4
    unpack a -> a, b
    end
",
    );
}

#[test]
fn attributes_and_items() {
    check(
        r"
a.b = c
a.b[i] = f(c)
a[1:, j] = 0
",
        r"
module #0 <module>()
  b0:
    %0 = builtin c
    %1 = builtin a
    store %1.b = %0
    %2 = builtin f
    %3 = builtin c
    %4 = call %2(%3)
    %5 = builtin a
    %6 = attr %5.b
    %7 = builtin i
    store %6[%7] = %4
    %8 = builtin a
    %9 = builtin j
    store %8[1:_, %9] = 0
    end
",
    );
}

#[test]
fn augmented() {
    check(
        r"
a += 1
a.b @= c
a[i + 1] -= f()
a[i] += (i := 2)
",
        r"
module #0 <module>()
  b0:
    a = inplace Add a, 1
    %0 = attr a.b
    %1 = builtin c
    %2 = inplace MatMul %0, %1
    store a.b = %2 (augmented)
    %3 = binary Add i, 1
    %4 = index a[%3]
    %5 = builtin f
    %6 = call %5()
    %7 = inplace Sub %4, %6
    store a[%3] = %7 (augmented Sub)
    %8 = use a
    %9 = use i
    %10 = index %8[%9]
    i = use 2
    %11 = inplace Add %10, i
    store %8[%9] = %11 (augmented Add)
    end
",
    );
}

#[test]
fn augmented_global_and_nonlocal() {
    check(
        r"
def f():
    n = 0
    def g():
        nonlocal n
        global m
        n += 1
        m *= 2
        del m, n
",
        r#"
module #0 <module>()
  captured m
  b0:
    f = function #1
    end
function #1 f() in #0
  captured n
  b0:
    n = use 0
    g = function #2
    return
function #2 f.g() in #1
  b0:
    %0 = free f.n
    %1 = inplace Add %0, 1
    store free f.n = %1
    %2 = global m
    %3 = inplace Mul %2, 2
    store global m = %3
    delete global m
    opaque "deletion of an enclosing function's variable" ()
    return
"#,
    );
}

#[test]
fn annotated() {
    check(
        r#"
x: "np.ndarray" = f()
y: int
a.b: int = 1
"#,
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    x = call %0()
    %1 = builtin a
    store %1.b = 1
    end
",
    );
}

#[test]
fn deletion() {
    check(
        r"
del a, b.c, d[0], (e, f)
",
        r"
module #0 <module>()
  b0:
    delete a
    %0 = builtin b
    delete %0.c
    %1 = builtin d
    delete %1[0]
    delete e
    delete f
    end
",
    );
}
