// The official TypeScript client in front of a gateway: node gateway_client.mjs MODULES URL MODE CALLS
//
// MODULES is the folder of its packages; MODE is `legacy` or `auto`; CALLS is a JSON list of [tool, arguments]. Prints
// what it saw as JSON.

import { pathToFileURL } from "node:url";

const [modules, url, mode, calls] = process.argv.slice(2);
const from = (file) => import(pathToFileURL(`${modules}/@modelcontextprotocol/client/dist/${file}`));
const { Client, StreamableHTTPClientTransport } = await from("index.mjs");

const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const can = client.getServerCapabilities();
const seen = { tools: (await client.listTools()).tools.map((tool) => tool.name), calls: [] };
if (can.prompts) seen.prompts = (await client.listPrompts()).prompts.map((prompt) => prompt.name);
if (can.resources) {
  const { resources } = await client.listResources();
  seen.resources = resources.map((resource) => resource.uri);
  if (resources.length > 0) seen.read = (await client.readResource({ uri: resources[0].uri })).contents.length;
}
for (const [name, args] of JSON.parse(calls)) {
  const result = await client.callTool({ name, arguments: args });
  seen.calls.push({ error: Boolean(result.isError), text: result.content[0].text ?? "" });
}
await client.close();
console.log(JSON.stringify(seen));
