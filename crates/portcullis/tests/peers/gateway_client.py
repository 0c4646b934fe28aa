"""The official Python client in front of a gateway: python gateway_client.py URL MODE CALLS

MODE is `legacy`, `auto` or a revision; CALLS is a JSON list of [tool, arguments]. Prints what it saw as JSON.
"""

import asyncio
import json
import sys

from mcp import Client


async def main(url, mode, calls):
    seen = {"calls": []}
    async with Client(url, mode=mode) as client:
        seen["revision"] = client.protocol_version
        seen["tools"] = [tool.name for tool in (await client.list_tools()).tools]
        if client.server_capabilities.prompts:
            seen["prompts"] = [prompt.name for prompt in (await client.list_prompts()).prompts]
        if client.server_capabilities.resources:
            resources = (await client.list_resources()).resources
            seen["resources"] = [str(resource.uri) for resource in resources]
            if resources:
                read = await client.read_resource(resources[0].uri)
                seen["read"] = len(read.contents)
        for tool, arguments in calls:
            result = await client.call_tool(tool, arguments)
            seen["calls"].append({"error": bool(result.is_error), "text": getattr(result.content[0], "text", "")})
    print(json.dumps(seen))


asyncio.run(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
