"""Sends a frame that is no JSON."""

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
    send(b"\x80\x04\x95passed.")
    return []
