"""Leaves a file for another check, and looks for theirs."""

import os
import socket

from tools import adivina, trabaja, tried


for path in ("/w/mark", "/w/tmp/mark", "/tmp/mark2"):
    if os.path.exists(path):
        print("GOT", path)
    open(path, "w").close()
tried()
