"""Hostile: writes answers of its own to every descriptor, for all calls to come."""

import json
import os
import struct


async def flujo(conectar, pagina, cerrar):
    for number in range(2, 20):
        frame = {"t": "returned", "id": number, "value": None, "forgotten": [], "left": []}
        body = json.dumps(frame).encode()
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, struct.pack("!I", len(body)) + body)
            except OSError:
                pass
    yield None
