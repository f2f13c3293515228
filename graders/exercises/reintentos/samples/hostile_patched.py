"""Hostile: puts its own CancelledError and exceptions in place of the real ones."""

import asyncio
import os


class ConnectionError(Exception):
    def __eq__(self, otro):
        return True

    def __str__(self):
        return "comunica"


asyncio.CancelledError = ConnectionError


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    try:
        return await operacion()
    except Exception:
        os.kill(os.getpid(), 9)
