"""Attributes: properties and their setters, `setattr`, `__setattr__`, `vars`, class attributes."""

import os

import numpy as np

f0 = os.environ.get("F0") == "1"
a = np.zeros((3, 4))
b = np.ones(3)


class Box:
    shared = a

    def __init__(self, data):
        self._data = data

    @property
    def data(self):
        return self._data

    @data.setter
    def data(self, value):
        self._data = value[::2]

    def put(self, value):
        self._data = value


class Guarded:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value[1:])


box = Box(a)
c = box.data
box.data = b
d = box.data
setattr(box, "data", a)
e = box.data
setattr(box, "_data", b)
g = box._data
h = box.shared
Box.shared = b
k = box.shared
guarded = Guarded()
guarded.x = b
m = guarded.x
opened = Box(a)
vars(opened)["_data"] = b
q = opened._data
one, two = Box(a), Box(a)
(one if f0 else two).put(b)
r = one._data
s = two._data
put = one.put if f0 else two.put
put(a[1:])
t = one._data
u = two._data
name = "_data" if f0 else "other"
three = Box(a)
setattr(three, name, b)
v = three._data
done = True
