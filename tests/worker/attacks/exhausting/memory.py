"""Takes two gigabytes."""

from tools import adivina


async def trabaja(pide):
    return [bytearray(b"x" * (16 << 20)) for _ in range(128)]
