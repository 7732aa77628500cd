//! Expressions.

use super::check;

#[test]
fn module_level_names_are_locals_or_builtins() {
    check(
        r"
x = 1
y = len(x)
z = later
def f(): pass
later = f
",
        r"
module #0 <module>()
  b0:
    x = use 1
    %0 = builtin len
    y = call %0(x)
    z = use later
    f = function #1
    later = use f
    end
function #1 f() in #0
  b0:
    use None
    return
",
    );
}

#[test]
fn constants() {
    check(
        r#"
f(None, True, -1, 2.5, -0.5, 1j, 10**2, "s" "t", b"b", ..., 99999999999999999999)
"#,
        r#"
module #0 <module>()
  b0:
    %0 = builtin f
    %1 = binary Pow 10, 2
    call %0(None, True, -1, 2.5, -0.5, <imaginary>, %1, "st", <bytes>, ..., <number>)
    end
"#,
    );
}

#[test]
fn calls_and_methods() {
    check(
        r"
f(a, *b, k=c, **d)
a.m(b, key=c)
a.b.c(d)(e)
",
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    %1 = builtin a
    %2 = builtin b
    %3 = builtin c
    %4 = builtin d
    call %0(%1, *%2, k=%3, **%4)
    %5 = builtin a
    %6 = builtin b
    %7 = builtin c
    method %5.m(%6, key=%7)
    %8 = builtin a
    %9 = attr %8.b
    %10 = builtin d
    %11 = method %9.c(%10)
    %12 = builtin e
    call %11(%12)
    end
",
    );
}

#[test]
fn subscripts() {
    check(
        r"
a[0]
a[i, j]
a[i,]
a[1:n, ::2, ..., None]
a[*b]
a[(i, j)]
a[b[0]:]
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    index %0[0]
    %1 = builtin a
    %2 = builtin i
    %3 = builtin j
    index %1[%2, %3]
    %4 = builtin a
    %5 = builtin i
    index %4[%5, ]
    %6 = builtin a
    %7 = builtin n
    index %6[1:%7, _:_:2, ..., None]
    %8 = builtin a
    %9 = builtin b
    index %8[*%9, ]
    %10 = builtin a
    %11 = builtin i
    %12 = builtin j
    index %10[%11, %12]
    %13 = builtin a
    %14 = builtin b
    %15 = index %14[0]
    index %13[%15:_]
    end
",
    );
}

#[test]
fn displays() {
    check(
        r#"
x = [a, *b]
y = (a,)
z = {a, b}
w = {"k": a, **b}
"#,
        r#"
module #0 <module>()
  b0:
    %0 = builtin a
    %1 = builtin b
    x = list [%0, *%1]
    %2 = builtin a
    y = tuple (%2)
    %3 = builtin a
    %4 = builtin b
    z = set {%3, %4}
    %5 = builtin a
    %6 = builtin b
    w = dict {"k": %5, **%6}
    end
"#,
    );
}

#[test]
fn operators() {
    check(
        r"
x = -a @ b // ~c
y = not a
z = a is not b
w = 1 + 2 * a
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    %1 = unary Neg %0
    %2 = builtin b
    %3 = binary MatMul %1, %2
    %4 = builtin c
    %5 = unary Invert %4
    x = binary FloorDiv %3, %5
    %6 = builtin a
    y = unary Not %6
    %7 = builtin a
    %8 = builtin b
    z = compare IsNot %7, %8
    %9 = builtin a
    %10 = binary Mul 2, %9
    w = binary Add 1, %10
    end
",
    );
}

#[test]
fn walrus_copies_what_it_rebinds() {
    check(
        r"
x = 1
y = x + (x := 2)
z = f(x, (x := 3), x)
w = x[(x := 4)]
",
        r"
module #0 <module>()
  b0:
    x = use 1
    %0 = use x
    x = use 2
    y = binary Add %0, x
    %1 = builtin f
    %2 = use x
    x = use 3
    z = call %1(%2, x, x)
    %3 = use x
    x = use 4
    w = index %3[x]
    end
",
    );
}

#[test]
fn and_or_keep_values() {
    check(
        r"
x = a and b.c or d
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    $2 = use %0
    branch %0 ? b1 : b2
  b1:
    %1 = builtin b
    $2 = attr %1.c
    goto b2
  b2:
    $1 = use $2
    branch $2 ? b4 : b3
  b3:
    $1 = builtin d
    goto b4
  b4:
    x = use $1
    end
",
    );
}

#[test]
fn conditional_value() {
    check(
        r"
x = a.copy() if flag else a
",
        r"
module #0 <module>()
  b0:
    %0 = builtin flag
    branch %0 ? b1 : b2
  b1:
    %1 = builtin a
    $1 = method %1.copy()
    goto b3
  b2:
    $1 = builtin a
    goto b3
  b3:
    x = use $1
    end
",
    );
}

#[test]
fn temporaries_that_cross_blocks_become_locals() {
    check(
        r"
f(a.b, c if d else e)
",
        r"
module #0 <module>()
  b0:
    $1 = builtin f
    %0 = builtin a
    $2 = attr %0.b
    %1 = builtin d
    branch %1 ? b1 : b2
  b1:
    $0 = builtin c
    goto b3
  b2:
    $0 = builtin e
    goto b3
  b3:
    call $1($2, $0)
    end
",
    );
}

#[test]
fn chained_comparison_is_evaluated_once() {
    check(
        r"
x = 0 < f(a) <= n
",
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    %1 = builtin a
    $2 = call %0(%1)
    %2 = compare Lt 0, $2
    $1 = use %2
    branch %2 ? b1 : b2
  b1:
    %3 = builtin n
    $1 = compare Le $2, %3
    goto b2
  b2:
    x = use $1
    end
",
    );
}

#[test]
fn format_strings() {
    check(
        r#"
x = f"{a!r:>{b}} {c + 1}" "tail"
y = t"{a}"
z = f"plain"
"#,
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    %1 = builtin b
    %2 = builtin c
    %3 = binary Add %2, 1
    x = format (%0, %1, %3)
    %4 = builtin a
    y = format (%4)
    z = format ()
    end
",
    );
}

#[test]
fn generators_and_coroutines() {
    check(
        r"
async def f(a):
    x = yield a
    y = await g(x)
    yield
def g(a):
    x = yield from a
",
        r"
module #0 <module>()
  captured g
  b0:
    f = function #1
    g = function #2
    end
function #1 f(a) async generator in #0
  b0:
    x = yield a
    %0 = global g
    %1 = call %0(x)
    y = await %1
    yield
    return
function #2 g(a) generator in #0
  b0:
    x = yield from a
    return
",
    );
}

#[test]
fn lambdas() {
    check(
        r"
f = lambda a, *b, k=1, d=c: a + g
",
        r"
module #0 <module>()
  b0:
    %0 = builtin c
    f = function #1 3=%0
    end
lambda #1 <lambda>(a, *b, kw k = 1, kw d = _) in #0
  b0:
    %0 = global g
    %1 = binary Add a, %0
    return %1
",
    );
}
