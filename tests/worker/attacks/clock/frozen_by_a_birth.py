"""Has a child whose end stops it: clone(2) takes any signal for that."""

import os
import signal

from tools import adivina, call


async def trabaja(pide):
    for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        call(f"child with {number}", (56, 220), number, 0, 0, 0, 0, child=True)
    return [await pide(n) for n in range(3)]
