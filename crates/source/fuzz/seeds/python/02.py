n = 0
def f():
    global n
    n = 1
    n, m = 2, 3
    for n in y: pass
    def g():
        nonlocal m
        m = n = 1
    n += 1
