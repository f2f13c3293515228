"""Raises an exception with a message of ten megabytes, and two thousand within."""

from tools import adivina


async def trabaja(pide):
    raise ExceptionGroup("x" * (10 << 20), [ValueError(str(n)) for n in range(2000)])
