"""Returns a list nested ten thousand deep."""

from tools import adivina


async def trabaja(pide):
    value = []
    for _ in range(10_000):
        value = [value]
    return value
