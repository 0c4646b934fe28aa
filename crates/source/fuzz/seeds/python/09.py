def f():
    yield
    x = yield 1
    yield from g()
    y = yield from h()
