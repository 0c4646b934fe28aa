package main

func f() error {
	if x := g(); x > 0 {
		return x
	} else if y {
		return y
	} else {
		h()
	}
	for {
		break
	}
	for a < b { continue }
	for i := 0; i < 3; i++ { g(i) }
	for ; ; { }
	for k, v := range m { g(k, v) }
	for _, v := range m { g(v) }
	for i := range m { g(i) }
	for range m { }
	for k, _ := range m {}
	for k, v = range m {}
outer:
	for { break outer }
	defer g.Close()
	defer func() { recover() }()
	go worker(x)
	panic("no")
	{ inner() }
	goto outer
	return nil
}
