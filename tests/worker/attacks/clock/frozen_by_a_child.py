"""Has a child stop it, by every call that sends signals."""

import ctypes
import os
import signal

from tools import adivina, attempt, call


async def trabaja(pide):
    if os.fork() == 0:
        for number in (signal.SIGSTOP, signal.SIGSTOP | 1 << 40):
            call("kill", (62, 129), os.getppid(), number)
            call("tkill", (200, 130), os.getppid(), number)
            call("tgkill", (234, 131), os.getppid(), os.getppid(), number)
        os._exit(0)
    os.wait()
    return [await pide(n) for n in range(3)]
