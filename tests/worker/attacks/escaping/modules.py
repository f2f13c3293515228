"""Loads a kernel module, another kernel, and a swap."""

from tools import adivina, call, trabaja, tried

call("init_module", (175, 105), b"", 0, b"")
call("finit_module", (313, 273), 3, b"", 0)
call("kexec_load", (246, 104), 0, 0, 0, 0)
call("swapon", (167, 224), b"/w/x", 0)
call("reboot", (169, 142), 0xFEE1DEAD, 672274793, 0x1234567, 0)
tried()
