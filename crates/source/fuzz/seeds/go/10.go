package main

func f() {
	x := g(
	y := 1
}

func h() { return 1 }

func i( { }
func j() { k() }
