"""A stdio MCP server that offers the tools of tools.json and does nothing: for scanners that cannot read a dump.

Arguments are names of tools: only these are offered."""

import json
import pathlib
import sys

ASKED = sys.argv[1:]
TOOLS = json.loads(pathlib.Path(__file__).with_name("tools.json").read_text())["tools"]
TOOLS = [tool for tool in TOOLS if not ASKED or tool["name"] in ASKED]

for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    method = request.get("method")
    if method == "initialize":
        result = {
            "protocolVersion": request["params"].get("protocolVersion", "2025-06-18"),
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "neutral", "version": "1.0.0"},
        }
    elif method == "tools/list":
        result = {"tools": TOOLS}
    elif method == "ping":
        result = {}
    else:
        error = {"code": -32601, "message": "not offered"}
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}), flush=True)
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)
