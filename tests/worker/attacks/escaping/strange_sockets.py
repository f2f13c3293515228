"""Opens sockets of families that do not belong to a loopback."""

from tools import adivina, call, trabaja, tried

for family in (16, 17, 40, 38, 44, 3, 4, 9, 31):
    call(f"family {family}", (41, 198), family, 3, 0)
    call(f"family {family} with a high bit", (41, 198), family | 1 << 32, 3, 0)
call("raw", (41, 198), 2, 3, 1)
tried()
