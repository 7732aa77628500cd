//! `with`.

use super::check;

#[test]
fn with_statement() {
    check(
        r"
with f(x) as y, z:
    g(y)
h()
",
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    %1 = builtin x
    %2 = call %0(%1)
    y = enter %2
    %3 = builtin z
    enter %3
    %4 = builtin g
    call %4(y)
    exit %3
    exit %2
    %5 = builtin h
    call %5()
    end
",
    );
}

#[test]
fn with_targets() {
    check(
        r"
with f() as (a, b), g() as c.d:
    pass
",
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    %1 = call %0()
    %2 = enter %1
    unpack %2 -> a, b
    %3 = builtin g
    %4 = call %3()
    %5 = enter %4
    %6 = builtin c
    store %6.d = %5
    use None
    exit %4
    exit %1
    end
",
    );
}

#[test]
fn return_tells_the_context_manager() {
    check(
        r"
def f(p):
    with open(p) as h:
        return h.read()
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(p) in #0
  b0:
    %0 = global open
    %1 = call %0(p)
    h = enter %1
    %2 = method h.read()
    exit %1
    return %2
",
    );
}

#[test]
fn break_tells_inner_context_managers_only() {
    check(
        r"
with a:
    for x in y:
        with b:
            break
",
        r"
module #0 <module>()
  b0:
    $1 = builtin a
    enter $1
    %0 = builtin y
    $2 = iter %0
    goto b1
  b1 loop 0:
    next x of $2 ? b2 : b3
  b2 loop 0:
    %1 = builtin b
    enter %1
    exit %1
    goto b3
  b3:
    exit $1
    end
",
    );
}

#[test]
fn with_inside_try() {
    check(
        r"
try:
    with a as b:
        f(b)
except E:
    pass
",
        r"
module #0 <module>()
  b0:
    goto b1
  b1 handler b4:
    $1 = builtin a
    b = enter $1
    goto b2
  b2 handler b4:
    %0 = builtin f
    call %0(b)
    goto b3
  b3 handler b4:
    exit $1
    goto b7
  b4:
    %1 = caught
    %2 = matches %1
    branch %2 ? b5 : b6
  b5:
    use None
    goto b7
  b6:
    raise
  b7:
    end
",
    );
}

#[test]
fn async_with_and_for() {
    check(
        r"
async def f(a):
    async with a as b:
        async for c in b:
            g(c)
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(a) async in #0
  b0:
    $3 = use a
    b = enter $3
    $4 = async iter b
    goto b1
  b1 loop 0:
    next c of $4 ? b2 : b3
  b2 loop 0:
    %0 = global g
    call %0(c)
    goto b1
  b3:
    exit $3
    return
",
    );
}
