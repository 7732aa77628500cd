//! Code with errors.

use super::check;

#[test]
fn gaps_are_not_names() {
    check(
        r"
x = 
y = a.
z = f(, b)
w = [1, , 2]
",
        r#"
module #0 <module>()
  b0:
    x = opaque "broken code" ()
    %0 = builtin a
    y = opaque "broken code" (%0)
    %1 = builtin f
    %2 = builtin b
    z = call %1(%2)
    w = list [1, 2]
    end
"#,
    );
}

#[test]
fn what_follows_an_error_is_kept() {
    check(
        r"
def f(a, , b):
    return a +
x = f(1
y = 2
",
        r#"
module #0 <module>()
  b0:
    f = function #1
    x = call f(1, y=2)
    end
function #1 f(a, b) in #0
  b0:
    %0 = opaque "broken code" ()
    %1 = binary Add a, %0
    return %1
"#,
    );
}

#[test]
fn jumps_out_of_place() {
    check(
        r"
break
continue
return 1
x = 1
",
        r"
module #0 <module>()
  b0:
    return 1
  b1:
    x = use 1
    end
",
    );
}

#[test]
fn invalid_targets() {
    check(
        r"
f() = 1
a + b = c
for 1 in x: pass
del f()
*a = b
",
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    call %0()
    %1 = builtin c
    %2 = builtin b
    binary Add a, %2
    %3 = builtin x
    $1 = iter %3
    goto b1
  b1 loop 0:
    next $2 of $1 ? b2 : b3
  b2 loop 0:
    use None
    goto b1
  b3:
    %4 = builtin f
    call %4()
    %5 = builtin b
    a = use %5
    end
",
    );
}

#[test]
fn an_import_from_nowhere_binds_its_names() {
    check(
        r"
from import *
from import a
",
        r#"
module #0 <module>()
  b0:
    a = opaque "broken code" ()
    end
"#,
    );
}
