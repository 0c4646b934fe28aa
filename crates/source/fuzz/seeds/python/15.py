@dataclass(frozen=True)
class A(B, metaclass=M):
    """Doc"""
    x: int = 1
    y: str
    z = w = 2
    (p, q) = 1, 2
    print('x')
    def m(self): return self.x
    @staticmethod
    def s(a): pass
    @classmethod
    def c(cls): pass
    @property
    @other
    def g(self): pass
    @g.setter
    def g(self, v): pass
    @g.deleter
    def g(self): pass
    class Inner: pass
    if X:
        def t(self): pass
    else:
        u = 1
    async def n(self): yield 1
