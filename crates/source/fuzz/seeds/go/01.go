package main

// Add adds.
// It is simple.
func Add(a, b int, rest ...string) (int, error) {
	return a + b, nil
}
func named(_ context.Context, x *pkg.T) (n int, err error) {
	n = 1
	return
}
func unnamed(int, []string, map[string]any)
func Map[T any, U comparable](xs []T, f func(T) U) []U { return nil }
func one() (s string) { return }
