"""Stops itself, so that it looks as if our machine had stopped it: it would never get a verdict."""

import os
import signal

from tools import adivina


async def trabaja(pide):
    os.kill(os.getpid(), signal.SIGSTOP)
