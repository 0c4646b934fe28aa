2#!/usr/bin/env node
for (const [k, v] of Object.entries(o)) { l: while (k) { if (v?.[0]) continue l; } }
a ??= b; var { c = 1, ...d } = e;
