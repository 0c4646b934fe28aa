def f(:
    x = 1
y = (1 +
z = 2
print 'x'
class A:
  def m(self)
    return 1
w = 3
