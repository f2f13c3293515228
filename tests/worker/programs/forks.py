"""Counts how many children may live at once."""
import os, signal, threading, time

children = 0
try:
    while children < 1000:
        if os.fork() == 0:
            signal.pause()
        children += 1
except OSError as error:
    print(children, error.strerror, flush=True)
os.kill(-1, signal.SIGKILL)
