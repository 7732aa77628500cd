//! `try`.

use super::check;

#[test]
fn try_except_else() {
    check(
        r"
def f(x):
    try:
        y = g(x)
        z = h(y)
    except (A, b.C) as e:
        k(e)
    except D():
        pass
    else:
        y = 2
    return y
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(x) in #0
  b0:
    goto b1
  b1 handler b4:
    %0 = global g
    y = call %0(x)
    goto b2
  b2 handler b4:
    %1 = global h
    z = call %1(y)
    goto b3
  b3:
    y = use 2
    goto b9
  b4:
    %2 = caught
    %3 = matches %2
    branch %3 ? b5 : b6
  b5:
    e = caught
    %4 = global k
    call %4(e)
    delete e
    goto b9
  b6:
    %5 = global D
    call %5()
    %6 = caught
    %7 = matches %6
    branch %7 ? b7 : b8
  b7:
    use None
    goto b9
  b8:
    raise
  b9:
    return y
",
    );
}

#[test]
fn bare_except() {
    check(
        r"
try:
    f()
except:
    g()
h()
",
        r"
module #0 <module>()
  b0:
    goto b1
  b1 handler b2:
    %0 = builtin f
    call %0()
    goto b3
  b2:
    %1 = builtin g
    call %1()
    goto b3
  b3:
    %2 = builtin h
    call %2()
    end
",
    );
}

#[test]
fn finally_has_a_normal_and_an_exceptional_copy() {
    check(
        r"
try:
    f()
finally:
    g()
h()
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
    %1 = builtin g
    call %1()
    goto b4
  b3:
    %2 = builtin g
    call %2()
    raise
  b4:
    %3 = builtin h
    call %3()
    end
",
    );
}

#[test]
fn return_passes_finally() {
    check(
        r"
def f(x):
    try:
        return x[0]
    finally:
        x.close()
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(x) in #0
  b0:
    goto b1
  b1 handler b2:
    %0 = index x[0]
    $1 = use %0
    goto b2
  b2:
    method x.close()
    %1 = matches None
    branch %1 ? b3 : b4
  b3:
    return $1
  b4:
    raise
",
    );
}

#[test]
fn break_and_continue_pass_finally() {
    check(
        r"
for x in a:
    try:
        if x: break
        if y: continue
        f()
    finally:
        g()
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    $1 = iter %0
    goto b1
  b1 loop 0:
    next x of $1 ? b2 : b9
  b2 loop 0 handler b6:
    branch x ? b6 : b3
  b3 loop 0 handler b6:
    %1 = builtin y
    branch %1 ? b6 : b4
  b4 loop 0 handler b6:
    %2 = builtin f
    call %2()
    goto b5
  b5 loop 0:
    %3 = builtin g
    call %3()
    goto b1
  b6 loop 0:
    %4 = builtin g
    call %4()
    %5 = matches None
    branch %5 ? b9 : b7
  b7 loop 0:
    %6 = matches None
    branch %6 ? b1 : b8
  b8 loop 0:
    raise
  b9:
    end
",
    );
}

#[test]
fn return_passes_two_finallys() {
    check(
        r"
def f(x):
    try:
        try:
            return x
        finally:
            g()
    finally:
        h()
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(x) in #0
  b0:
    goto b1
  b1 handler b2:
    $1 = use x
    goto b2
  b2 handler b4:
    %0 = global g
    call %0()
    %1 = matches None
    branch %1 ? b4 : b3
  b3 handler b4:
    raise
  b4:
    %2 = global h
    call %2()
    %3 = matches None
    branch %3 ? b5 : b6
  b5:
    return $1
  b6:
    raise
",
    );
}

#[test]
fn finally_that_returns() {
    check(
        r"
def f(x):
    try:
        g()
    finally:
        return x
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(x) in #0
  b0:
    goto b1
  b1 handler b3:
    %0 = global g
    call %0()
    goto b2
  b2:
    return x
  b3:
    return x
",
    );
}

#[test]
fn try_in_a_loop() {
    check(
        r"
for x in a:
    try:
        y = x
    except E:
        continue
    f(y)
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    $2 = iter %0
    goto b1
  b1 loop 0:
    next x of $2 ? b2 : b6
  b2 loop 0 handler b3:
    y = use x
    goto b5
  b3 loop 0:
    %1 = caught
    %2 = matches %1
    branch %2 ? b1 : b4
  b4 loop 0:
    raise
  b5 loop 0:
    %3 = builtin f
    call %3(y)
    goto b1
  b6:
    end
",
    );
}

#[test]
fn branches_inside_try() {
    check(
        r"
try:
    if a and b:
        f()
    g()
except E:
    pass
",
        r"
module #0 <module>()
  b0:
    goto b1
  b1 handler b5:
    %0 = builtin a
    branch %0 ? b2 : b4
  b2 handler b5:
    %1 = builtin b
    branch %1 ? b3 : b4
  b3 handler b5:
    %2 = builtin f
    call %2()
    goto b4
  b4 handler b5:
    %3 = builtin g
    call %3()
    goto b8
  b5:
    %4 = caught
    %5 = matches %4
    branch %5 ? b6 : b7
  b6:
    use None
    goto b8
  b7:
    raise
  b8:
    end
",
    );
}
