"""A small server of the older era over standard streams. Its tools say what a test wants to know about its process."""

import json
import os
import sys
import threading
import time

NAME = sys.argv[1] if len(sys.argv) > 1 else "peer"
LOCK = threading.Lock()
ANSWERS = {}


def say(message):
    with LOCK:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def text(words):
    return {"content": [{"type": "text", "text": words}]}


def tool(name, **properties):
    schema = {"type": "object", "properties": properties}
    return {"name": name, "description": "Tells " + name + ".", "inputSchema": schema}


TOOLS = [
    tool("echo", text={"type": "string"}),
    tool("variables"),
    tool("process"),
    tool("steps", count={"type": "integer"}),
    tool("wait", seconds={"type": "number"}),
    tool("question"),
    tool("change"),
    tool("later"),
    tool("crash"),
    tool("fail"),
]


def log(number):
    say({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": number}})


def call(message):
    params = message["params"]
    name, arguments, number = params["name"], params.get("arguments") or {}, message["id"]
    if name == "echo":
        return text(NAME + ": " + str(arguments.get("text")))
    if name == "variables":
        return text(json.dumps(dict(os.environ)))
    if name == "process":
        return text(str(os.getpid()))
    if name == "steps":
        token = params.get("_meta", {}).get("progressToken")
        for step in range(arguments["count"]):
            progress = {"progressToken": token, "progress": step + 1}
            say({"jsonrpc": "2.0", "method": "notifications/progress", "params": progress})
        return text("done")
    if name == "wait":
        time.sleep(arguments["seconds"])
        return text("waited")
    if name == "question":
        asked = {"message": "Which colour?", "requestedSchema": {"type": "object", "properties": {}}}
        ANSWERS[77] = threading.Event()
        say({"jsonrpc": "2.0", "id": 77, "method": "elicitation/create", "params": asked})
        ANSWERS[77].wait(30)
        return text("answered: " + json.dumps(ANSWERS.get("77 result")))
    if name == "change":
        say({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
        return text("changed")
    if name == "later":
        for number in range(3):
            threading.Timer(0.3 + number / 10, log, [number]).start()
        return text("soon")
    if name == "crash":
        os._exit(3)
    return None


def handle(message):
    method, number = message.get("method"), message.get("id")
    if method is None:
        ANSWERS[str(number) + " result"] = message.get("result")
        if number in ANSWERS:
            ANSWERS[number].set()
        return
    if number is None:
        return
    if method == "initialize":
        result = {"protocolVersion": message["params"]["protocolVersion"], "capabilities": {"tools": {}},
                  "serverInfo": {"name": NAME, "version": "1"}}
    elif method == "tools/list":
        result = {"tools": TOOLS}
    elif method == "ping":
        result = {}
    elif method == "tools/call":
        result = call(message)
    else:
        result = None
    if result is None:
        say({"jsonrpc": "2.0", "id": number, "error": {"code": -32601, "message": "there is no such thing"}})
    else:
        say({"jsonrpc": "2.0", "id": number, "result": result})


for line in sys.stdin:
    threading.Thread(target=handle, args=(json.loads(line),), daemon=True).start()
