a < b <= c != d
a is not None
a not in b
x and y or not z
-a + ~b ** c // d @ e
a | b
a if b else c
a[1:2]
a[::2]
a[1, 2]
a[1:, x]
a.b.c()
print(*a, b, k=1, **c)
{'a': 1, **b}
[*a, b]
(1,)
{1, 2}
'abc'
await_ = await x
