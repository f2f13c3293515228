"""Sets the host's clock and name."""

from tools import adivina, call, trabaja, tried

call("clock_settime", (227, 112), 0, b"\x00" * 16)
call("settimeofday", (164, 170), b"\x00" * 16, 0)
call("adjtimex", (159, 171), b"\x01" * 208)
call("sethostname", (170, 161), b"x", 1)
call("iopl", (172, 60), 3)
tried()
