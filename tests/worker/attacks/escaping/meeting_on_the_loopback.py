"""Listens on a loopback port, to meet another program that does the same."""

import os
import socket

from tools import adivina, trabaja, tried


KEEP = []
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    listener = socket.socket(family)
    try:
        listener.bind((address, 7777))
        listener.listen()
        KEEP.append(listener)
    except OSError as error:
        print("GOT a neighbour", error)
tried()
