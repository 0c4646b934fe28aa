for a, b in c:
    break
else:
    d
async def f():
    async for x in y:
        continue
    async with a as b, c, d as (e, f):
        pass
while a:
    if b: break
else:
    c
while a:
    for x in y: break
else:
    c
