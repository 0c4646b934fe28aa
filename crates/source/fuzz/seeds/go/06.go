package main
import "x/pkg"

func f() {
	a, err := g()
	b, ok := m[k]
	c, ok := x.(string)
	d, ok := <-ch
	_, err = g()
	a, b = b, a
	a.b = 1
	m[k] = 2
	*p = 3
	(*p).x = 4
	a += 1
	a &^= 2
	a++
	b.c--
	_ = a
	v := x.(T)
	n := x.(float64)
	s := []byte(y)
	t := string(s)
	u := make([]int, 0, 5)
	w := make(map[string]int)
	y := new(T)
	z := append(u, w...)
	q := a[1:2]
	q = a[:]
	r := Map[int, string](u)
	r = AddTool[In, pkg.Out](s, t, h)
	r = pkg.F[*T](x)
	r = Parse[int](x)
	r = Parse[pkg.T](x)
	r = handlers[name](x)
	r = handlers[req.Name](x)
	r = s.handlers["a"](x)
	r = s.handlers[name](x)
	r = handlers[f(x)](x, y)
	r = handlers[req.Name](x)
	r = G[string, int]{a: 1}
	r = x.(any)
	if _, ok := allowed[name]; !ok { return }
}
