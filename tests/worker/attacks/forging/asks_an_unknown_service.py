"""Calls a service that the suite never gave."""

import json
import os
import select
import struct

from tools import adivina


def send(body):
    data = struct.pack("!I", len(body)) + body
    while data:
        select.select([], [3], [])
        data = data[os.write(3, data) :]


async def trabaja(pide):
    send(json.dumps({"t": "asked", "service": "open", "part": "", "instance": 0, "arguments": [], "named": {"$": "dict", "v": []}, "line": 1, "number": 9}).encode())
    return []
