"""Recurses without end, with the limit taken away."""

import sys

from tools import adivina


async def trabaja(pide):
    sys.setrecursionlimit(10**8)

    def deeper(n):
        return deeper(n + 1) + 1

    return deeper(0)
