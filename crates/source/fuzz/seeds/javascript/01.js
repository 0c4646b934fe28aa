0import { z } from "zod";
server.tool("run", { command: z.string() }, async ({ command, ...rest }) => {
  switch (command) { case "a": case "b": await f(`x${command}`); break; default: throw new Error(/a"b/.source); }
});
