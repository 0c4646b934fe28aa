"""An MCP server over standard streams that offers what a surface file says. `$NAME$` in it stands for a variable.

serve.py SURFACE [STARTED]      leaves a line in the file STARTED each time that it is started
"""

import json
import os
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    text = re.sub(r"\$([A-Z_]+)\$", lambda name: os.environ.get(name[1], ""), file.read())
SURFACE = json.loads(text)
if len(sys.argv) > 2:
    with open(sys.argv[2], "a", encoding="utf-8") as started:
        started.write(" ".join(sys.argv) + "\n")


def answer(method):
    if method == "initialize":
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                "serverInfo": {"name": SURFACE["server"], "version": "1.0.0"},
                "instructions": SURFACE.get("instructions", "")}
    if method == "tools/list":
        return {"tools": SURFACE["tools"]}
    return None


for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    result = answer(request["method"])
    reply = {"result": result} if result else {"error": {"code": -32601, "message": "Method not found"}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **reply}), flush=True)
