"""Returns fifty megabytes."""

from tools import adivina


async def trabaja(pide):
    return "x" * (50 << 20)
