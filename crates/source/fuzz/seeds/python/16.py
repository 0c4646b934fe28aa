type X = int
pass
'text'
...
