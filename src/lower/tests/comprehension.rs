//! Comprehensions.

use super::check;

#[test]
fn walrus_in_a_comprehension_binds_outside() {
    check(
        r"
def f(a):
    b = [y for x in a if (y := g(x))]
    return y
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(a) in #0
  b0:
    $4 = list []
    $5 = iter a
    goto b1
  b1 loop 0:
    next x of $5 ? b2 : b4
  b2 loop 0:
    %0 = global g
    y = call %0(x)
    branch y ? b3 : b1
  b3 loop 0:
    append $4, y
    goto b1
  b4:
    b = use $4
    return y
",
    );
}

#[test]
fn over_a_display_each_turn_is_written_out() {
    check(
        r"
[g(x) for x in (a, b)]
[x for x in (a, b) if x]
",
        r"
module #0 <module>()
  b0:
    %0 = builtin a
    %1 = builtin b
    x = use %0
    %2 = builtin g
    %3 = call %2(x)
    x = use %1
    %4 = builtin g
    %5 = call %4(x)
    list [%3, %5]
    $2 = list []
    %6 = builtin a
    %7 = builtin b
    %8 = tuple (%6, %7)
    $3 = iter %8
    goto b1
  b1 loop 0:
    next x~1 of $3 ? b2 : b4
  b2 loop 0:
    branch x~1 ? b3 : b1
  b3 loop 0:
    append $2, x~1
    goto b1
  b4:
    end
",
    );
}

#[test]
fn comprehensions() {
    check(
        r"
x = [a for a in b if a > 0 if f(a)]
y = {k: v for k, v in x}
z = {a for b in x for a in b}
w = sum(a * 2 for a in x)
",
        r"
module #0 <module>()
  b0:
    $10 = list []
    %0 = builtin b
    $14 = iter %0
    goto b1
  b1 loop 0:
    next a of $14 ? b2 : b5
  b2 loop 0:
    %1 = compare Gt a, 0
    branch %1 ? b3 : b1
  b3 loop 0:
    %2 = builtin f
    %3 = call %2(a)
    branch %3 ? b4 : b1
  b4 loop 0:
    append $10, a
    goto b1
  b5:
    x = use $10
    $11 = dict {}
    $15 = iter x
    goto b6
  b6 loop 1:
    next $16 of $15 ? b7 : b8
  b7 loop 1:
    unpack $16 -> k, v
    append $11, k: v
    goto b6
  b8:
    y = use $11
    $12 = set {}
    $17 = iter x
    goto b9
  b9 loop 2:
    next b of $17 ? b10 : b13
  b10 loop 2:
    $18 = iter b
    goto b11
  b11 loop 3:
    next a~6 of $18 ? b12 : b9
  b12 loop 3:
    append $12, a~6
    goto b11
  b13:
    z = use $12
    $19 = builtin sum
    $13 = list []
    $20 = iter x
    goto b14
  b14 loop 4:
    next a~8 of $20 ? b15 : b16
  b15 loop 4:
    %4 = binary Mul a~8, 2
    append $13, %4
    goto b14
  b16:
    w = call $19($13)
    end
",
    );
}

#[test]
fn async_comprehension() {
    check(
        r"
async def f(a):
    return [x async for x in a]
",
        r"
module #0 <module>()
  b0:
    f = function #1
    end
function #1 f(a) async in #0
  b0:
    $2 = list []
    $3 = async iter a
    goto b1
  b1 loop 0:
    next x of $3 ? b2 : b3
  b2 loop 0:
    append $2, x
    goto b1
  b3:
    return $2
",
    );
}

#[test]
fn comprehension_variables_are_their_own() {
    check(
        r"
i = 1
x = [i for i in i]
y = [[i for i in j] for j in x]
",
        r"
module #0 <module>()
  b0:
    i = use 1
    $6 = list []
    $9 = iter i
    goto b1
  b1 loop 0:
    next i~1 of $9 ? b2 : b3
  b2 loop 0:
    append $6, i~1
    goto b1
  b3:
    x = use $6
    $7 = list []
    $10 = iter x
    goto b4
  b4 loop 1:
    next j of $10 ? b5 : b9
  b5 loop 1:
    $8 = list []
    $11 = iter j
    goto b6
  b6 loop 2:
    next i~4 of $11 ? b7 : b8
  b7 loop 2:
    append $8, i~4
    goto b6
  b8 loop 1:
    append $7, $8
    goto b4
  b9:
    y = use $7
    end
",
    );
}

#[test]
fn lambda_captures_a_comprehension_variable() {
    check(
        r"
x = [lambda: i for i in a]
def f(a):
    return [lambda: i + a for i in a]
",
        r"
module #0 <module>()
  captured i
  b0:
    $3 = list []
    %0 = builtin a
    $4 = iter %0
    goto b1
  b1 loop 0:
    next i of $4 ? b2 : b3
  b2 loop 0:
    %1 = function #1
    append $3, %1
    goto b1
  b3:
    x = use $3
    f = function #2
    end
lambda #1 <lambda>() in #0
  b0:
    %0 = free <module>.i
    return %0
function #2 f(a) in #0
  captured a, i
  b0:
    $2 = list []
    $3 = iter a
    goto b1
  b1 loop 0:
    next i of $3 ? b2 : b3
  b2 loop 0:
    %0 = function #3
    append $2, %0
    goto b1
  b3:
    return $2
lambda #3 f.<lambda>() in #2
  b0:
    %0 = free f.i
    %1 = free f.a
    %2 = binary Add %0, %1
    return %2
",
    );
}
