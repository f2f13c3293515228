"""Reads its environment, wherever one is kept."""

import os

from tools import adivina, read_all, trabaja, tried

print(dict(os.environ))
read_all("/proc/self/environ", "/proc/1/environ", "/proc/thread-self/environ")
tried()
