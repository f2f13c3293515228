"""Mounts, unmounts and moves mounts."""

from tools import adivina, call, trabaja, tried

call("mount", (165, 40), b"x", b"/w", b"tmpfs", 0, 0)
call("bind", (165, 40), b"/", b"/w", 0, 4096, 0)
call("umount", (166, 39), b"/w", 2)
call("open_tree", (428, 428), -100, b"/", 1)
call("move_mount", (429, 429), -100, b"/", -100, b"/w", 0)
call("fsopen", (430, 430), b"tmpfs", 0)
call("mount_setattr", (442, 442), -100, b"/", 0, b"\x00" * 32, 32)
tried()
