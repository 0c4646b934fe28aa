package main

var a = !b && c || d == -e
var f = func(x int) string { return x }
var g = &h
var i = *j
var k = <-l
var m = (a + b) * c % d / e
var n = a | b & c ^ d << 2
var o = p.q.r(s)(t)[u]
var v = ^w
