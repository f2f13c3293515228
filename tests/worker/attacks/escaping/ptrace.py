"""Traces its first process, its parent and itself."""

from tools import adivina, call, trabaja, tried

call("traceme", (101, 117), 0, 0, 0, 0)
call("attach", (101, 117), 16, 1, 0, 0)
call("seize", (101, 117), 0x4206, 1, 0, 0)
tried()
