//! `match`.

use super::check;

#[test]
fn values_and_alternatives() {
    check(
        r"
match x:
    case 1 | a.B:
        f()
    case None | True:
        g()
    case _:
        h()
",
        r"
module #0 <module>()
  b0:
    $0 = builtin x
    %0 = compare Eq $0, 1
    branch %0 ? b2 : b1
  b1:
    %1 = builtin a
    %2 = attr %1.B
    %3 = compare Eq $0, %2
    branch %3 ? b2 : b3
  b2:
    %4 = builtin f
    call %4()
    goto b7
  b3:
    %5 = compare Is $0, None
    branch %5 ? b5 : b4
  b4:
    %6 = compare Is $0, True
    branch %6 ? b5 : b6
  b5:
    %7 = builtin g
    call %7()
    goto b7
  b6:
    %8 = builtin h
    call %8()
    goto b7
  b7:
    end
",
    );
}

#[test]
fn sequences_bind_after_all_tests() {
    check(
        r"
match f(x):
    case [a, 0, *rest]:
        g(a, rest)
    case [a, (b, _)]:
        g(a, b)
",
        r"
module #0 <module>()
  b0:
    %0 = builtin f
    %1 = builtin x
    $3 = call %0(%1)
    %2 = matches $3 sequence of 2 or more
    branch %2 ? b1 : b3
  b1:
    unpack $3 -> $4, %3, *$5
    %4 = compare Eq %3, 0
    branch %4 ? b2 : b3
  b2:
    a = use $4
    rest = use $5
    %5 = builtin g
    call %5(a, rest)
    goto b6
  b3:
    %6 = matches $3 sequence of 2
    branch %6 ? b4 : b6
  b4:
    unpack $3 -> $6, $7
    %7 = matches $7 sequence of 2
    branch %7 ? b5 : b6
  b5:
    unpack $7 -> %8, %9
    a = use $6
    b = use %8
    %10 = builtin g
    call %10(a, b)
    goto b6
  b6:
    end
",
    );
}

#[test]
fn mappings() {
    check(
        r#"
match x:
    case {"k": [a], **rest}:
        f(a, rest)
"#,
        r#"
module #0 <module>()
  b0:
    $2 = builtin x
    %0 = matches $2 mapping with ["k"]
    branch %0 ? b1 : b3
  b1:
    $3 = index $2["k"]
    %1 = matches $3 sequence of 1
    branch %1 ? b2 : b3
  b2:
    unpack $3 -> %2
    %3 = dict {**$2}
    a = use %2
    rest = use %3
    %4 = builtin f
    call %4(a, rest)
    goto b3
  b3:
    end
"#,
    );
}

#[test]
fn classes() {
    check(
        r"
match x:
    case float(y):
        f(y)
    case P(a, q=b) as p:
        f(a, b, p)
",
        r#"
module #0 <module>()
  b0:
    $4 = builtin x
    %0 = builtin float
    %1 = matches $4 instance of %0
    branch %1 ? b1 : b2
  b1:
    y = use $4
    %2 = builtin f
    call %2(y)
    goto b4
  b2:
    %3 = builtin P
    %4 = matches $4 instance of %3
    branch %4 ? b3 : b4
  b3:
    %5 = opaque "a positional pattern of a class" ($4)
    %6 = attr $4.q
    a = use %5
    b = use %6
    p = use $4
    %7 = builtin f
    call %7(a, b, p)
    goto b4
  b4:
    end
"#,
    );
}

#[test]
fn guards() {
    check(
        r"
match x:
    case y if y is not None and y.ok:
        f(y)
    case y:
        g(y)
",
        r"
module #0 <module>()
  b0:
    $1 = builtin x
    y = use $1
    %0 = compare IsNot y, None
    branch %0 ? b1 : b3
  b1:
    %1 = attr y.ok
    branch %1 ? b2 : b3
  b2:
    %2 = builtin f
    call %2(y)
    goto b4
  b3:
    y = use $1
    %3 = builtin g
    call %3(y)
    goto b4
  b4:
    end
",
    );
}

#[test]
fn alternatives_that_capture() {
    check(
        r#"
match x:
    case [a] | {"a": a}:
        f(a)
"#,
        r#"
module #0 <module>()
  b0:
    $1 = builtin x
    %0 = matches $1 sequence of 1
    branch %0 ? b1 : b2
  b1:
    unpack $1 -> %1
    $2 = use %1
    goto b4
  b2:
    %2 = matches $1 mapping with ["a"]
    branch %2 ? b3 : b5
  b3:
    %3 = index $1["a"]
    $2 = use %3
    goto b4
  b4:
    a = use $2
    %4 = builtin f
    call %4(a)
    goto b5
  b5:
    end
"#,
    );
}
