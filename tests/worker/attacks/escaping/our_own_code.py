"""Writes into the agent, the libraries and the interpreter."""

import sys

from tools import adivina, attempt, trabaja, tried

for path in ("/agent/inside/agent.py", "/agent/x.py", "/site/x.py", "/usr/lib/x", "/etc/passwd", "/dev/x", "/x", sys.executable):
    attempt(path, open, path, "w")
tried()
