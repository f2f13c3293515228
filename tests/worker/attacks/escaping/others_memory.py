"""Reads and writes the memory of its first process."""

from tools import adivina, call, trabaja, tried

call("read", (310, 270), 1, 0, 0, 0, 0, 0)
call("write", (311, 271), 1, 0, 0, 0, 0, 0)
call("kcmp", (312, 272), 1, 2, 0, 0, 0)
tried()
