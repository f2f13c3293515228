"""Counts for ever, deaf to every signal."""

import signal

from tools import adivina


async def trabaja(pide):
    for number in (signal.SIGXCPU, signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass
