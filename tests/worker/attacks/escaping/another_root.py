"""Changes its root."""

from tools import adivina, call, trabaja, tried

call("chroot", (161, 51), b"/w")
call("pivot_root", (155, 41), b"/w", b"/w")
tried()
