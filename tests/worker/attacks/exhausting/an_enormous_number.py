"""Computes a number of more digits than there is memory."""

from tools import adivina


async def trabaja(pide):
    return 9 ** 9 ** 9
