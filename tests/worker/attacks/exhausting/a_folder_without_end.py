"""Nests folders a thousand deep, so that removing them fails."""

import os

from tools import adivina, trabaja, tried

try:
    for _ in range(1000):
        os.mkdir("deeper")
        os.chdir("deeper")
except OSError as error:
    print(error)
tried()
