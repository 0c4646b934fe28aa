//! How the packages for servers of the protocol register what they offer.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // The high-level server; the SDK's is an alias of it.
    "fastmcp.FastMCP().tool" | "fastmcp.*.tool" | "mcp.*.tool" | "mcpserver.*.tool" | "*.tool" => Special(DecorateTool);
    "fastmcp.FastMCP().prompt" | "fastmcp.*.prompt" | "mcp.*.prompt" | "*.prompt" => Special(DecoratePrompt);
    "fastmcp.FastMCP().resource" | "fastmcp.*.resource" | "mcp.*.resource" | "*.resource" => Special(DecorateResource);
    "fastmcp.FastMCP().add_tool" | "fastmcp.*.add_tool" | "mcp.*.add_tool" | "*.add_tool" => Special(RegisterTool);
    "fastmcp.FastMCP().add_prompt" | "fastmcp.*.add_prompt" | "*.add_prompt" => Special(RegisterPrompt);
    "fastmcp.FastMCP().add_resource" | "fastmcp.*.add_resource" | "fastmcp.*.add_template" | "fastmcp.*.add_resource_fn"
        | "*.add_resource" => Special(RegisterResource);
    "fastmcp.tools.tool" | "fastmcp.contrib.mcp_mixin.mcp_tool" | "mcp_mixin.mcp_tool" => Special(DecorateTool);
    "fastmcp.contrib.mcp_mixin.mcp_resource" | "fastmcp.resources.resource" => Special(DecorateResource);
    "fastmcp.contrib.mcp_mixin.mcp_prompt" | "fastmcp.prompts.prompt" => Special(DecoratePrompt);
    "fastmcp.tools.Tool.from_function" | "fastmcp.*.from_function" | "mcp.*.from_function" => Special(OfferOf);
    "fastmcp.tools.Tool" | "fastmcp.tools.FunctionTool" | "fastmcp.resources.FunctionResource"
        | "mcp.server.fastmcp.prompts.Prompt" | "mcp.server.fastmcp.resources.FunctionResource"
        | "mcp.server.fastmcp.resources.TextResource" => Special(RecordOf);
    "fastmcp.FastMCP.from_openapi" | "fastmcp.FastMCP.from_fastapi" | "fastmcp.FastMCP.as_proxy" [Network] => Clean;
    "fastmcp.FastMCP" => Unknown;
    "fastmcp.*.mount" | "fastmcp.*.import_server" => Same(At(0));
    "fastmcp.FastMCP().run" | "fastmcp.FastMCP().run_async" | "fastmcp.FastMCP().run_stdio_async"
        | "fastmcp.FastMCP().http_app" | "fastmcp.FastMCP().run_http_async" | "fastmcp.FastMCP().run_sse_async"
        | "fastmcp.FastMCP().run_streamable_http_async" | "fastmcp.FastMCP().sse_app"
        | "fastmcp.FastMCP().streamable_http_app" => Clean;
    "fastmcp.Context().elicit" | "fastmcp.*.elicit" | "mcp.*.elicit" | "fastmcp.*.sample" | "mcp.*.create_message"
        | "*.elicit" | "*.create_message" => Special(RequestData);
    "fastmcp.*.info" | "fastmcp.*.report_progress" | "fastmcp.*.read_resource" | "mcp.*.report_progress"
        | "*.report_progress" => Clean;
    "fastmcp.Client" | "fastmcp.client.Client" | "mcp.client.sse.sse_client" | "mcp.ClientSession"
        | "mcp.client.streamable_http.streamablehttp_client" [Network] => Clean;

    // The low-level server.
    "mcp.server.Server().list_tools" | "mcp.server.Server().call_tool" | "mcp.server.Server().list_prompts"
        | "mcp.server.Server().get_prompt" | "mcp.server.Server().list_resources" | "mcp.server.Server().read_resource"
        | "mcp.server.Server().list_resource_templates" | "mcp.server.Server().completion"
        | "mcp.server.Server().set_logging_level" | "mcp.server.Server().subscribe_resource" | "mcp.*.list_tools"
        | "mcp.*.call_tool" | "mcp.*.list_prompts" | "mcp.*.get_prompt" | "mcp.*.list_resources" | "mcp.*.read_resource"
        | "mcp.*.list_resource_templates" => Special(DecorateHandler);
    "*.list_tools" | "*.call_tool" | "*.list_prompts" | "*.get_prompt" | "*.list_resources" | "*.read_resource"
        | "*.list_resource_templates" => Special(DecorateHandler);
    "mcp.server.Server().run" | "mcp.server.Server().create_initialization_options"
        | "mcp.server.Server().get_capabilities" | "mcp.server.stdio.stdio_server"
        | "mcp.server.sse.SseServerTransport" | "mcp.server.models.InitializationOptions"
        | "mcp.server.streamable_http_manager.StreamableHTTPSessionManager" | "mcp.server.NotificationOptions"
        => Clean;
    "mcp.server.Server" => Unknown;

    // What the protocol carries is a record of its fields.
    "mcp.types.Tool" | "mcp.Tool" | "mcp.types.Prompt" | "mcp.types.PromptArgument" | "mcp.types.Resource"
        | "mcp.types.ResourceTemplate" | "mcp.types.ToolAnnotations" | "mcp.types.ListToolsResult"
        | "mcp.types.ListPromptsResult" | "mcp.types.ListResourcesResult" | "mcp.types.TextContent"
        | "mcp.types.CallToolResult" | "mcp.types.GetPromptResult" | "mcp.types.PromptMessage"
        | "mcp.types.ImageContent" | "mcp.types.EmbeddedResource" | "mcp.types.TextResourceContents"
        | "mcp.types.BlobResourceContents" | "mcp.types.ServerCapabilities" | "mcp.types.ErrorData" | "mcp.types.Icon"
        => Special(RecordOf);
    "mcp.StdioServerParameters" | "mcp.client.stdio.StdioServerParameters"
        [Process] Arguments(Named("command")) Arguments(Named("args")) => Clean;
    "mcp.client.stdio.stdio_client" | "mcp.stdio_client" [Process] => Clean;
    "mcp.**" | "mcp.shared.exceptions.McpError" | "mcp.McpError" | "fastmcp.exceptions.ToolError" => Unknown;

    // Other packages that make tools of functions.
    "arcade_tdk.tool" | "arcade_mcp_server.*.tool" | "langchain_core.tools.tool" | "langchain.tools.tool"
        | "smolagents.tool" | "agents.function_tool" | "llama_index.*.tool" | "mcp_use.*.tool" | "gradio.mcp.tool"
        | "django_mcp.*.tool" => Special(DecorateTool);
    "fastapi_mcp.FastApiMCP" => Unknown;
};
