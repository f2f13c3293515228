"""Returns a list that holds itself."""

from tools import adivina


async def trabaja(pide):
    value = []
    value.append(value)
    return value
