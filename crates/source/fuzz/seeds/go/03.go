package main

var x = T{A: 1, B: "b"}
var y = &pkg.T{1, 2}
var z = []T{{A: 1}, {A: 2}}
var w = map[string][]int{"a": {1, 2}, k: nil}
var v = gin.H{"k": 1}
var u = []*T{{A: 1}}
var t = struct{ A int }{A: 1}
var s = [...]string{2: "b"}
var g = G[int]{X: 1}
var n = Names{"a"}
type Names []string
var m = map[string]T{"x": {A: 1}}
var e = T{}
