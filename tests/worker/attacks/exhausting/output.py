"""Prints for ever."""

from tools import adivina


async def trabaja(pide):
    while True:
        print("a" * 10_000)
