"""Kills every process that it sees."""

import os

from tools import adivina, attempt, trabaja

attempt("nobody", os.kill, -1, 9, expected=True)
