"""Answers a call that was never made."""

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
    send(json.dumps({"t": "returned", "id": 77, "value": []}).encode())
    return []
