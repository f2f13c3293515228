"""Makes links to what it may not read, and reads those."""

import os

from tools import PLANTED, adivina, attempt, read_all, trabaja, tried

for number, target in enumerate((PLANTED, "/etc/shadow", "/proc/1/environ")):
    os.symlink(target, f"/w/link{number}")
    attempt(f"hard link to {target}", os.link, target, f"/w/hard{number}")
    read_all(f"/w/link{number}")
tried()
