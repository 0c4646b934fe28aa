1const view = <A b={c} {...d}>don't {e}<></></A>;
