"""Binds an abstract socket name, to meet another program that does the same."""

import os
import socket

from tools import adivina, trabaja, tried


KEEP = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
try:
    KEEP.bind("\0semaforo")
except OSError as error:
    print("GOT a neighbour", error)
tried()
