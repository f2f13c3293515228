"""Clones itself into namespaces."""

from tools import adivina, call, trabaja, tried

for kind in (0x10000000, 0x20000000, 0x40000000, 0x20000):
    call(f"clone {kind:x}", (56, 220), kind | 17, 0, 0, 0, 0, child=True)
call("clone3", (435, 435), b"\x00" * 88, 88)
tried()
