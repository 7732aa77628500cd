"""Structured scalars, and what is chosen among many."""

import numpy as np

a = np.zeros(3, dtype=[("x", float), ("y", np.int64)])
b = np.arange(3.0)
for row in a:
    c = row[...]
d = c[["x", "y"]]
kept = [b, b]
e = max(kept, key=np.size)
e = np.multiply(b, 2, out=e)
g = b[...]
done = True
