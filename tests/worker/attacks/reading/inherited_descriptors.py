"""Reads every descriptor that it was born with."""

import os

from tools import adivina, trabaja, tried

for descriptor in range(4, 1024):
    try:
        os.fstat(descriptor)
        print("open", descriptor)
        print("GOT", os.pread(descriptor, 4096, 0))
    except OSError:
        continue
tried()
