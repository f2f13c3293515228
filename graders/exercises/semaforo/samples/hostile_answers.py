"""Hostile: never runs a task, and writes answers of its own to whoever listens."""

import json
import os
import struct


async def con_limite(n, tareas):
    body = json.dumps({"t": "returned", "id": 1, "value": [tarea.__name__ for tarea in tareas]})
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack("!I", len(body)) + body.encode())
        except OSError:
            pass
    return [tarea.__name__ for tarea in tareas]
