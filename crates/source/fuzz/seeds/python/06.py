f"a{b}c{d!r}{e:>10}{f!s:{w}.{p}}{g=}{h=:x}{{}}"
"a" "b" f"c{d}" 'e' f'{x}'
f"{f'{f"{1}"}'}"
t"a{b}"
b'a\xff' b'c'
r'\d'
'%s' % x
'{}'.format(x)
f''
f'plain'
