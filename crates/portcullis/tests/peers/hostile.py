"""An MCP server over standard streams whose every answer a file says; the file may change while it runs.

hostile.py ANSWERS LOG      leaves its process id, then every line that it receives, in LOG

ANSWERS: {"tools": [[...], [...]], one list for each page; "instructions": "...", "results": {tool: result},
"errors": {tool: error}, "lines": {tool: [line, ...]} in place of the answer, `$ID$` in them stands for the id,
"children": true starts a process of its own that outlives its parent}
"""

import json
import os
import subprocess
import sys

with open(sys.argv[2], "a", encoding="utf-8") as log:
    log.write(f"{os.getpid()}\n")


def answers():
    with open(sys.argv[1], encoding="utf-8") as file:
        return json.load(file)


if answers().get("children"):
    child = subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    with open(sys.argv[2], "a", encoding="utf-8") as log:
        log.write(f"{child.pid}\n")


def say(identity, **body):
    print(json.dumps({"jsonrpc": "2.0", "id": identity, **body}), flush=True)


def answer(request):
    said = answers()
    identity, method = request["id"], request.get("method")
    if method == "initialize":
        say(identity, result={"protocolVersion": "2025-06-18", "capabilities": {"tools": {"listChanged": True}},
                              "serverInfo": {"name": "hostile", "version": "1"},
                              "instructions": said.get("instructions", "Keeps notes.")})
    elif method == "tools/list":
        pages = said["tools"]
        page = int((request.get("params") or {}).get("cursor", 0))
        more = {"nextCursor": str(page + 1)} if page + 1 < len(pages) or said.get("endless") else {}
        say(identity, result={"tools": pages[min(page, len(pages) - 1)], **more})
    elif method == "tools/call":
        name = request["params"]["name"]
        if name in said.get("lines", {}):
            for line in said["lines"][name]:
                sys.stdout.write(line.replace("$ID$", json.dumps(identity)) + "\n")
            sys.stdout.flush()
        elif name in said.get("errors", {}):
            say(identity, error=said["errors"][name])
        else:
            say(identity, result=said.get("results", {}).get(name, {"content": [{"type": "text", "text": "done"}]}))
    else:
        say(identity, error={"code": -32601, "message": "Method not found"})


for line in sys.stdin:
    with open(sys.argv[2], "a", encoding="utf-8") as log:
        log.write(line)
    try:
        request = json.loads(line)
    except ValueError:
        continue
    if isinstance(request, dict) and "id" in request and "method" in request:
        answer(request)
