"""Hostile: serves invented dishes, and writes answers of its own to whoever listens."""

import json
import os
import struct


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    platos = [f"{pedido} (abc123)" async for pedido in pedidos()]
    body = json.dumps({"t": "asked", "service": "cocinar", "number": 99, "arguments": platos})
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!I", len(body)) + body.encode())
        except OSError:
            pass
    return platos
