"""Dictionaries: what is under a key after `update`, `pop`, `setdefault`, `|=`, `**` and `del`."""

import os

import numpy as np

f0 = os.environ.get("F0") == "1"
a = np.zeros((3, 4))
b = np.ones(3)
c = np.arange(6.0)
held = {"p": a, "q": b}
held.update(p=c)
d = held["p"]
held.update({"q": a[1:]})
e = held["q"]
held.update([("p", b)])
g = held["p"]
held |= {"p": a}
h = held["p"]
k = {**held, "r": c}["p"]
m = held.get("z", c)
held.setdefault("z", b)
q = held["z"]
r = held.pop("z")
s = held.get("z", a)
t = held.setdefault("p", c)
numbers = {1: a}
numbers[True] = b
u = numbers[1]
numbers[1.0] = c
v = numbers[1]
if f0:
    del numbers[1]
w = numbers.get(1, a)
one, two = {"x": a}, {"x": a}
(one if f0 else two)["x"] = b
x = one["x"]
(one if f0 else two).update(x=c)
y = two["x"]
key, z = {"only": a}.popitem()
fromkeys = dict.fromkeys(["p", "q"], a)
fromkeys.update(p=b)
n = fromkeys["p"]
o = dict(held, p=b)["p"]
one.clear()
i = one.get("x", c)
done = True
