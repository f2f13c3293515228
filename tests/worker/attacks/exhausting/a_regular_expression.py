"""Matches an expression that takes exponential time, deaf to Python."""

import re

from tools import adivina


async def trabaja(pide):
    re.match(r"(a*)*b", "a" * 60)
