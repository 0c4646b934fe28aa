match command:
    case 'a' | 'b': f()
    case None: g()
    case {'op': 'r' | 'w' as mode, 'path': str() as p, **rest} if p: h()
    case [a, *b, _]: i()
    case Point(0, y=str(z)): j()
    case str(): s()
    case x.Y: k()
    case -1: m()
    case int(n) as o: t()
    case (1 | 2) as one: u()
    case other: l()
match a, b:
    case _: pass
