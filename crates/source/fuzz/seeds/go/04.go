package main

var a = "x\n\t\"\x41\101\u00e9\U0001F600\\"
var b = `raw\n
"x"`
var c = 'a'
var d = '\n'
var e = 0x1F + 0b11 + 0o17 + 017 + 1_000 + 1.5e3 + 2i
var f = "a" + "b" + c
