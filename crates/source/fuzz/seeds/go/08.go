package main

func f() {
	switch name {
	case "a", "b":
		g()
	default:
		h()
	case "c":
		i()
		fallthrough
	case "d":
		j()
	}
	switch x := g(); {
	case x > 1: k()
	}
	switch v := x.(type) {
	case string: l(v)
	case nil, int, []byte: m(v)
	case *pkg.T: n()
	default: o(v)
	}
	switch x.(type) {
	case error: p()
	}
	select {
	case v := <-ch: q(v)
	case ch <- 1: r()
	case <-done: s()
	default: t()
	}
	ch <- v
}
