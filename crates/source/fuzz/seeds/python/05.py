[x for x in y if x if z]
{k: v for k, v in d.items()}
{x for x in y}
(a async for b in c for a in b)
