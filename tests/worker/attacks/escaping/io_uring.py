"""Asks for a ring, behind which system calls go unfiltered."""

from tools import adivina, call, trabaja, tried

call("setup", (425, 425), 4, b"\x00" * 120)
call("enter", (426, 426), 3, 1, 0, 0, 0)
call("register", (427, 427), 3, 0, 0, 0)
tried()
