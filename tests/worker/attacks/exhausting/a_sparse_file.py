"""Makes a file of a terabyte that takes no room."""

import signal

from tools import adivina, attempt, trabaja, tried

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def make():
    with open("/w/sparse", "wb") as file:
        file.truncate(1 << 40)


attempt("a terabyte", make)
tried()
