"""Fills its folder with empty files and folders."""

import os

from tools import adivina, trabaja, tried

try:
    for number in range(100_000):
        os.mkdir(f"/w/{number}")
    print("GOT them all")
except OSError as error:
    print(error)
tried()
