"""Starts other programs: a shell, itself, a file of its own."""

import os
import subprocess

from tools import adivina, attempt, trabaja, tried

with open("/w/program", "w") as file:
    file.write("#!/bin/sh\necho GOT")
os.chmod("/w/program", 0o755)
for words in (["/bin/sh", "-c", "echo GOT"], ["/usr/bin/python3", "-c", "print('GOT')"], ["/w/program"]):
    attempt(words[0], subprocess.run, words)
    attempt(f"execv {words[0]}", os.execv, words[0], words)
tried()
