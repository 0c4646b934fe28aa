if a:
    1
elif b:
    f()
elif c:
    g()
else:
    h()
if __name__ == '__main__':
    main()
