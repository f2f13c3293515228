"""Makes two calls under one number, to be counted twice."""

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
    asked = {"t": "asked", "service": "pide", "part": "", "instance": 0, "arguments": [1], "named": {"$": "dict", "v": []}, "line": 1, "number": 9}
    send(json.dumps(asked).encode())
    send(json.dumps(asked).encode())
    return []
