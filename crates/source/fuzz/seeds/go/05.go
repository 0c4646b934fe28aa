package main

const (
	A = iota
	B
	_
	D
	E, F = iota * 10, "x"
)
const G string = "g"
var (
	h, i = 1, 2
	j, k = f()
	l string
	m, n int
	o T
	p *T
	q error
	r []int
	s map[string]int
	t strings.Builder
)
