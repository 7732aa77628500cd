"""Structured scalars, and what is chosen among many."""

import os

import numpy as np

f0 = os.environ.get("F0") == "1"

a = np.zeros(3, dtype=[("x", float), ("y", np.int64)])
b = np.arange(3.0)
for row in a:
    c = row[...]
d = c[["x", "y"]]
kept = [b, b]
e = max(kept, key=np.size)
e = np.multiply(b, 2, out=e)
g = b[...]
h = np.array(7.0)
try:
    k = h
    if f0:
        k.reshape(77, 5)
    k = k[k > 0]
except ValueError:
    pass
m = b[:2] if f0 else b
done = True
