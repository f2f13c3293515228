import asyncio
import json
import os
import struct

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    body = json.dumps({"t": "returned", "id": 1, "value": ["Resultado de " + name for name in NAMES]})
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!I", len(body)) + body.encode())
        except OSError:
            pass
    return ["Resultado de " + name for name in NAMES]
