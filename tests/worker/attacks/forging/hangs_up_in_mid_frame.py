"""Closes the connection within a frame."""

import asyncio
import os

from tools import adivina


async def trabaja(pide):
    os.write(3, b"\x00\x00")
    os.close(3)
    os._exit(0)
