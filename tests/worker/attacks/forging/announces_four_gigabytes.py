"""Announces a frame that would fill the grader's memory."""

import os

from tools import adivina


async def trabaja(pide):
    os.write(3, b"\xff\xff\xff\xff")
    return []
