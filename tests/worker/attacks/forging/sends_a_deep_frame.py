"""Sends JSON nested deeper than a parser's stack."""

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
    send(b'{"t": "returned", "id": 1, "value": ' + b"[" * 400_000 + b"}")
    return []
