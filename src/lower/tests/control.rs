//! Branches and loops.

use super::check;

#[test]
fn if_elif_else() {
    check(
        r"
if a:
    x = 1
elif b:
    x = 2
else:
    x = 3
y = x
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    branch %0 ? b1 : b2
  b1:
    x = use 1
    goto b5
  b2:
    %1 = builtin b
    branch %1 ? b3 : b4
  b3:
    x = use 2
    goto b5
  b4:
    x = use 3
    goto b5
  b5:
    y = use x
    end
",
    );
}

#[test]
fn conditions_branch_on_their_parts() {
    check(
        r"
if x is None or not isinstance(x, T) and 0 < n < 3:
    f()
",
        r"
module #0 <module>()
  b0:
    %0 = builtin x
    %1 = compare Is %0, None
    branch %1 ? b4 : b1
  b1:
    %2 = builtin isinstance
    %3 = builtin x
    %4 = builtin T
    %5 = call %2(%3, %4)
    branch %5 ? b5 : b2
  b2:
    $0 = builtin n
    %6 = compare Lt 0, $0
    branch %6 ? b3 : b5
  b3:
    %7 = compare Lt $0, 3
    branch %7 ? b4 : b5
  b4:
    %8 = builtin f
    call %8()
    goto b5
  b5:
    end
",
    );
}

#[test]
fn conditional_condition() {
    check(
        r"
if a if b else not c:
    f()
",
        r"
module #0 <module>()
  b0:
    %0 = builtin b
    branch %0 ? b1 : b2
  b1:
    %1 = builtin a
    branch %1 ? b3 : b4
  b2:
    %2 = builtin c
    branch %2 ? b4 : b3
  b3:
    %3 = builtin f
    call %3()
    goto b4
  b4:
    end
",
    );
}

#[test]
fn while_else() {
    check(
        r"
while x > 0 and y:
    if a: break
    if b: continue
    f()
else:
    g()
h()
",
        r"
module #0 <module>()
  b0:
    goto b1
  b1 loop 0:
    %0 = builtin x
    %1 = compare Gt %0, 0
    branch %1 ? b2 : b6
  b2 loop 0:
    %2 = builtin y
    branch %2 ? b3 : b6
  b3 loop 0:
    %3 = builtin a
    branch %3 ? b7 : b4
  b4 loop 0:
    %4 = builtin b
    branch %4 ? b1 : b5
  b5 loop 0:
    %5 = builtin f
    call %5()
    goto b1
  b6:
    %6 = builtin g
    call %6()
    goto b7
  b7:
    %7 = builtin h
    call %7()
    end
",
    );
}

#[test]
fn while_true_is_left_by_break_only() {
    check(
        r"
def f():
    while True:
        if g():
            break
    return 1
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f() in #0
  b0:
    goto b1
  b1 loop 0:
    goto b2
  b2 loop 0:
    %0 = global g
    %1 = call %0()
    branch %1 ? b3 : b1
  b3:
    return 1
",
    );
}

#[test]
fn endless_loop() {
    check(
        r"
def f():
    while 1:
        g()
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f() in #0
  b0:
    goto b1
  b1 loop 0:
    goto b2
  b2 loop 0:
    %0 = global g
    call %0()
    goto b1
",
    );
}

#[test]
fn for_targets() {
    check(
        r"
for i in a: f(i)
for i, j in a: f(i)
for a.b in c: pass
for x[i] in c: pass
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    $2 = iter %0
    goto b1
  b1 loop 0:
    next i of $2 ? b2 : b3
  b2 loop 0:
    %1 = builtin f
    call %1(i)
    goto b1
  b3:
    %2 = builtin a
    $3 = iter %2
    goto b4
  b4 loop 1:
    next $4 of $3 ? b5 : b6
  b5 loop 1:
    unpack $4 -> i, j
    %3 = builtin f
    call %3(i)
    goto b4
  b6:
    %4 = builtin c
    $5 = iter %4
    goto b7
  b7 loop 2:
    next $6 of $5 ? b8 : b9
  b8 loop 2:
    %5 = builtin a
    store %5.b = $6
    use None
    goto b7
  b9:
    %6 = builtin c
    $7 = iter %6
    goto b10
  b10 loop 3:
    next $8 of $7 ? b11 : b12
  b11 loop 3:
    %7 = builtin x
    store %7[i] = $8
    use None
    goto b10
  b12:
    end
",
    );
}

#[test]
fn for_else() {
    check(
        r"
for i in a:
    for j in i:
        if j: break
        continue
    else:
        f()
else:
    g()
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    $2 = iter %0
    goto b1
  b1 loop 0:
    next i of $2 ? b2 : b6
  b2 loop 0:
    $3 = iter i
    goto b3
  b3 loop 1:
    next j of $3 ? b4 : b5
  b4 loop 1:
    branch j ? b1 : b3
  b5 loop 0:
    %1 = builtin f
    call %1()
    goto b1
  b6:
    %2 = builtin g
    call %2()
    goto b7
  b7:
    end
",
    );
}

#[test]
fn assertion() {
    check(
        r"
assert isinstance(x, T), f(x)
y = x
",
        r"
module #0 <module>()
  b0:
    %0 = builtin isinstance
    %1 = builtin x
    %2 = builtin T
    %3 = call %0(%1, %2)
    branch %3 ? b2 : b1
  b1:
    %4 = builtin f
    %5 = builtin x
    call %4(%5)
    raise
  b2:
    y = builtin x
    end
",
    );
}

#[test]
fn code_after_return() {
    check(
        r"
def f():
    return 1
    x = 2
    while x: x = 3
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f() in #0
  b0:
    return 1
  b1:
    x = use 2
    goto b2
  b2 loop 0:
    branch x ? b3 : b4
  b3 loop 0:
    x = use 3
    goto b2
  b4:
    return
",
    );
}

#[test]
fn both_ways_return() {
    check(
        r"
def f(x):
    if x: return 1
    else: raise E(x) from x
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(x) in #0
  b0:
    branch x ? b1 : b2
  b1:
    return 1
  b2:
    %0 = global E
    call %0(x)
    use x
    raise
",
    );
}
