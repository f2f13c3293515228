"""Sends its first process every signal there is."""

import os

from tools import adivina, attempt, trabaja, tried

for number in (*range(1, 19), *range(20, 32), *range(34, 65)):
    attempt("sent, and not heeded", os.kill, 1, number, expected=True)
tried()
