x = 1
a = b = f()
a.b = c = d[0] = 5
(a, *b), c = d = g()
x: int = 3
y: 'str'
self.z: int = 4
self.w: int
x += 1
x.y |= 2
a.b = c.d = 1
