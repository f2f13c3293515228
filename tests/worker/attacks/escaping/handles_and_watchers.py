"""Opens files by handle, and watches all of them."""

from tools import adivina, call, trabaja, tried

call("name_to_handle_at", (303, 264), -100, b"/usr", b"\x80" + b"\x00" * 140, b"\x00" * 8, 0)
call("open_by_handle_at", (304, 265), -100, b"\x80" + b"\x00" * 140, 0)
call("fanotify_init", (300, 262), 0, 0)
call("inotify_init1", (294, 26), 0)
call("quotactl", (179, 60), 0, 0, 0, 0)
tried()
