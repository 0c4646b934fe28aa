package main

// Server serves.
type Server struct {
	Path string `json:"path" jsonschema:"the path"`
	a, b int
	*Base
	pkg.Other
	Inner struct{ X bool }
}
func (s *Server) Run(x string) error { return s.db.Exec(x) }
func (Server) Stop() {}
func (t *Elsewhere[K]) M() {}
type Kind string
func (k Kind) String() string { return string(k) }
type Names []string
type Handler func(int) int
type I interface { M() }
type A = pkg.B
type (
	C struct{}
	D map[string]int
)
