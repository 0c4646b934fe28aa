//! How servers register tools, prompts, resources and routes, and where they listen.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // The high-level server of the SDK.
    "@modelcontextprotocol/sdk/server/mcp.js.McpServer" | "@modelcontextprotocol/sdk/server/index.js.Server"
        | "@modelcontextprotocol/sdk.McpServer" | "@modelcontextprotocol/sdk.Server"
        | "@modelcontextprotocol/server.McpServer" | "@modelcontextprotocol/server.Server" | "fastmcp.FastMCP"
        | "mcp-framework.MCPServer" => Unknown;
    "@modelcontextprotocol/sdk/server/mcp.js.McpServer().tool"
        | "@modelcontextprotocol/sdk/server/mcp.js.McpServer().registerTool"
        | "@modelcontextprotocol/sdk/server/mcp.*.tool" | "@modelcontextprotocol/sdk/server/mcp.*.registerTool"
        | "@modelcontextprotocol/server.*.tool" | "@modelcontextprotocol/server.*.registerTool" | "fastmcp.*.addTool"
        | "*.tool" | "*.registerTool" | "*.addTool" | "*.registerToolTask" | "mcp-handler.*.tool" | "@vercel/mcp-adapter.*.tool"
        => Special(RegisterTool);
    "@modelcontextprotocol/sdk/server/mcp.js.McpServer().prompt"
        | "@modelcontextprotocol/sdk/server/mcp.js.McpServer().registerPrompt"
        | "@modelcontextprotocol/sdk/server/mcp.*.prompt" | "@modelcontextprotocol/sdk/server/mcp.*.registerPrompt"
        | "@modelcontextprotocol/server.*.registerPrompt" | "fastmcp.*.addPrompt" | "*.registerPrompt" | "*.addPrompt"
        => Special(RegisterPrompt);
    "@modelcontextprotocol/sdk/server/mcp.js.McpServer().resource"
        | "@modelcontextprotocol/sdk/server/mcp.js.McpServer().registerResource"
        | "@modelcontextprotocol/sdk/server/mcp.*.resource"
        | "@modelcontextprotocol/sdk/server/mcp.*.registerResource"
        | "@modelcontextprotocol/server.*.registerResource" | "fastmcp.*.addResource"
        | "fastmcp.*.addResourceTemplate" | "*.registerResource" | "*.addResource" | "*.addResourceTemplate"
        => Special(RegisterResource);
    "@modelcontextprotocol/sdk/server/mcp.js.ResourceTemplate" | "@modelcontextprotocol/server.ResourceTemplate"
        => Same(At(0));
    "@modelcontextprotocol/sdk/server/mcp.js.McpServer().connect"
        | "@modelcontextprotocol/sdk/server/index.js.Server().connect" | "fastmcp.*.start"
        | "@modelcontextprotocol/sdk/server/stdio.js.StdioServerTransport"
        | "@modelcontextprotocol/sdk/server/sse.js.SSEServerTransport"
        | "@modelcontextprotocol/sdk/server/streamableHttp.js.StreamableHTTPServerTransport" => Clean;

    // Decorators of methods.
    "@rekog/mcp-nest.Tool" => Special(DecorateTool);
    "@rekog/mcp-nest.Prompt" => Special(DecoratePrompt);
    "@rekog/mcp-nest.Resource" | "@rekog/mcp-nest.ResourceTemplate" => Special(DecorateResource);

    // The low-level server.
    "@modelcontextprotocol/sdk/server/index.js.Server().setRequestHandler"
        | "@modelcontextprotocol/sdk/server/index.*.setRequestHandler"
        | "@modelcontextprotocol/sdk/server/mcp.*.setRequestHandler"
        | "@modelcontextprotocol/server.*.setRequestHandler" | "*.setRequestHandler" => Special(RegisterHandler);
    "@modelcontextprotocol/sdk/server/index.*.setNotificationHandler" | "*.setNotificationHandler" => Clean;
    "*.createMessage" | "*.elicitInput" | "*.elicit" | "*.requestSampling" => Special(RequestData);
    // The folders that the user opened to the server: what the host is configured with, and nobody's argument.
    "*.listRoots" => Clean;
    "*.sendLoggingMessage" | "*.notification" => Clean;

    // Web servers.
    "express" | "express.Router" | "fastify" | "koa" | "koa-router" | "@koa/router" | "hono.Hono"
        | "restify.createServer" | "polka" | "h3.createApp" | "h3.createRouter" | "elysia.Elysia" | "connect"
        | "@hapi/hapi.server" | "itty-router.Router" => Unknown;
    "express.*.get" | "express.*.post" | "express.*.put" | "express.*.patch" | "express.*.delete" | "express.*.all"
        | "express.*.use" | "express.*.options" | "express.*.head" | "fastify.*.get" | "fastify.*.post"
        | "fastify.*.put" | "fastify.*.patch" | "fastify.*.delete" | "fastify.*.all" | "fastify.*.route"
        | "fastify.*.addHook" | "koa.*.use" | "koa-router.*.get" | "koa-router.*.post" | "@koa/router.*.get"
        | "@koa/router.*.post" | "@koa/router.*.put" | "@koa/router.*.delete" | "hono.*.get" | "hono.*.post"
        | "hono.*.put" | "hono.*.patch" | "hono.*.delete" | "hono.*.all" | "hono.*.use" | "restify.*.get"
        | "restify.*.post" | "polka.*.get" | "polka.*.post" | "elysia.*.get" | "elysia.*.post" | "@hapi/hapi.*.route"
        | "h3.eventHandler" | "h3.defineEventHandler" | "itty-router.*.get" | "itty-router.*.post" => Special(Route);
    "http.createServer" | "https.createServer" | "http2.createServer" | "http2.createSecureServer" | "Bun.serve"
        | "Deno.serve" | "micro" | "http.Server" => Special(Route);
    "net.createServer" | "tls.createServer" => Special(Route);
    "express.*.listen" | "fastify.*.listen" | "koa.*.listen" | "http.*.listen" | "https.*.listen" | "http2.*.listen"
        | "net.*.listen" | "tls.*.listen" | "polka.*.listen" | "restify.*.listen" | "elysia.*.listen" | "*.listen"
        | "@hono/node-server.serve" | "ws.WebSocketServer" | "ws.Server" | "socket.io.Server" [Listen] => Clean;
    "express.json" | "express.urlencoded" | "express.text" | "express.raw" | "cors" | "helmet" | "morgan"
        | "compression" | "body-parser.json" | "express-rate-limit" | "cookie-parser" | "multer" | "express-session"
        | "passport.**" => Clean;
    "express.static" | "serve-static" | "@fastify/static" | "koa-static" [Read] PathRead(At(0)) => Clean;
    "body-parser.**" | "express.**" | "fastify.**" | "koa.**" | "hono.**" => Unknown;
    "h3.readBody" | "h3.getQuery" | "h3.getRouterParams" | "micro.json" | "raw-body" | "co-body"
        => Special(RequestData);

    // What is answered.
    "*.sendFile" | "*.download" [Read] PathRead(At(0)) => Clean;
    "*.redirect" Header(At(0)) Header(At(1)) => Clean;
    "*.setHeader" | "*.writeHead" => Same(Receiver);
    "*.status" | "*.type" | "*.header" => Same(Receiver);
    "*.send" | "*.sendStatus" => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "@modelcontextprotocol/sdk/server/mcp.js.McpServer().server" => Unknown;
};
