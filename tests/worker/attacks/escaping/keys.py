"""Uses the kernel's keyrings, which know no namespaces."""

from tools import adivina, call, trabaja, tried

call("keyctl", (250, 219), 0, -3, 1)
call("add_key", (248, 217), b"user", b"x", b"y", 1, -3)
call("request_key", (249, 218), b"user", b"x", 0, -3)
tried()
