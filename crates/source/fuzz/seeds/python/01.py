@deco(1)
@other
async def f(a, b: int, /, c=1, *args: str, d, e: float = 2.0, **kw) -> int:
    """Doc.

        Indented
    end
    """
    await g(*args, x=1, **kw)
    return a
