"""Special methods: what operators, subscripts, `for` and `with` run on instances."""

import os

import numpy as np

f0 = os.environ.get("F0") == "1"
a = np.zeros((3, 4))
b = np.ones(3)


class Signal:
    limit = b

    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        self.last = other
        return self.data

    def __radd__(self, other):
        return self.data[0]

    def __iadd__(self, other):
        self.data = other
        return self

    def __neg__(self):
        return self.data[1:]

    def __lt__(self, other):
        return other

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, value):
        self.data = value

    def __iter__(self):
        return iter([self.data[0]])

    def __enter__(self):
        return self.data.T

    def __exit__(self, *what):
        self.gone = self.data


class Other(Signal):
    def __radd__(self, other):
        return b

    def __call__(self, other):
        self.data = other
        return self.data


p = Signal(a)
c = p + b
d = p.last
e = 3 + p
g = -p
h = p < b
with p as k:
    m = k[0]
q = p.gone
r = p[0:1]
s = p[1]
p += b
t = p.data
u = [x for x in Signal(a)][0]
v = Signal(a) + Other(b)
w = Signal.limit
o = Signal(a)
o[0] = b
x = o.data
one, two = Signal(a), Other(a)
either = one if f0 else two
either.data = b
y = one.data
z = two.data
done = True
