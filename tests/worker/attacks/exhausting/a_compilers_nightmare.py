"""Compiles what takes a compiler all there is."""

from tools import adivina


async def trabaja(pide):
    return eval("-" * 3_000_000 + "1")
