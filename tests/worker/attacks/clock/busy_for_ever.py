"""Asks one after another, and turns round and round, so as never to be found asleep."""

import asyncio
import threading

from tools import adivina


def turn():
    while True:
        pass


async def trabaja(pide):
    threading.Thread(target=turn, daemon=True).start()
    return [await pide(n) for n in range(3)]
