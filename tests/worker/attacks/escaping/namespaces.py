"""Makes namespaces, in which it would be root."""

from tools import adivina, call, trabaja, tried

for kind in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x8000000, 0x10020000, 0x50020000):
    call(f"unshare {kind:x}", (272, 97), kind)
    call(f"unshare {kind:x} with a high bit", (272, 97), kind | 1 << 40)
call("setns", (308, 268), 3, 0)
tried()
