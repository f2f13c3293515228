"""Leaves daemons behind, in sessions of their own and deaf to all signals, and works."""

import os
import signal
import time

from tools import adivina, trabaja, tried

for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                time.sleep(0.05)
        os._exit(0)
    os.wait()
tried()
