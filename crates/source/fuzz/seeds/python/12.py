try:
    a()
except (E, F) as e:
    raise X from e
except G:
    raise
except:
    b()
else:
    c()
finally:
    d()
try:
    a()
except* E:
    b()
assert a, 'm'
del a, b.c, d[0]
