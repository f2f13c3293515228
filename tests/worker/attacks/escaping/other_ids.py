"""Becomes somebody else, or takes capabilities back."""

from tools import adivina, call, trabaja, tried

for number, arm in ((105, 146), (106, 144), (113, 145), (117, 147), (119, 149), (116, 159)):
    call(f"set {number}", (number, arm), 0, 0, 0)
call("capset", (126, 91), b"\x22\x05\x08\x20" + b"\x00" * 4, b"\xff" * 24)
call("ambient", (157, 167), 47, 2, 21, 0, 0)
call("securebits", (157, 167), 28, 0, 0, 0, 0)
tried()
