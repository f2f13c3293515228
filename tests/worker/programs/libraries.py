"""Uses the libraries that exercises use."""
import asyncio, threading, subprocess, sys, json

import anyio
import aiofiles


async def main():
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0)
    async with aiofiles.open("/w/file", "w") as file:
        await file.write("x")
    await asyncio.to_thread(lambda: None)
    server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 8000)
    reader, writer = await asyncio.open_connection("localhost", 8000)
    await reader.read()
    writer.close()
    server.close()


asyncio.run(main())
try:
    subprocess.run(["/usr/bin/true"])
except PermissionError as error:
    print(error.strerror)
print("fine", sys.path[0])
try:
    exit(3)
except SystemExit as error:
    print(error.code)
