0export class Tools<T> extends Base { #a = 1; constructor(private root: string) { super(); } static { f() } }
enum Mode { Read, Write = "w" } namespace N { export const a = 1; }
let x = <string>y as T;
