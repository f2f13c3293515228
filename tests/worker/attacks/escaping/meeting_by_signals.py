"""Counts the processes that it can see and signal."""

import os
import socket

from tools import adivina, trabaja, tried


for pid in range(3, 4000):
    try:
        os.kill(pid, 0)
    except OSError:
        continue
    print("GOT", pid)
tried()
