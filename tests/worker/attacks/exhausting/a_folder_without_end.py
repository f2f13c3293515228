"""Nests folders a thousand deep, so that nobody can take them away."""

import os

from tools import adivina, trabaja, tried

try:
    for _ in range(1000):
        os.mkdir("deeper")
        os.chdir("deeper")
except OSError as error:
    print(error)
tried()
