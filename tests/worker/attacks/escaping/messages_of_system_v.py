"""Meets others at keys that are the machine's."""

from tools import adivina, call, trabaja, tried

call("shmget", (29, 194), 7, 4096, 0o1600)
call("semget", (64, 190), 7, 1, 0o1600)
call("msgget", (68, 186), 7, 0o1600)
call("mq_open", (240, 180), b"x", 0o102, 0o600, 0)
call("memfd_create", (319, 279), b"x", 0)
tried()
