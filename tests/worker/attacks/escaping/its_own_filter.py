"""Loads a filter that would answer for others, and asks to be undumpable."""

from tools import adivina, call, trabaja, tried

call("seccomp", (317, 277), 1, 8, b"\x00" * 16)
call("prctl seccomp", (157, 167), 22, 2, b"\x00" * 16, 0, 0)
call("undumpable", (157, 167), 4, 0, 0, 0, 0)
call("subreaper", (157, 167), 36, 1, 0, 0, 0)
call("ptracer", (157, 167), 0x59616d61, -1, 0, 0, 0)
tried()
