def f():
    if (m := g()):
        use(m)
    while (c := read()):
        d = (e := 1)
    m = 1
    (m := 2)
    return [y := 1, y]
h = lambda: (q := 1)
