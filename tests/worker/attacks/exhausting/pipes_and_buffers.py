"""Fills the kernel's buffers of pipes and pairs of sockets."""

import os
import socket

from tools import adivina, trabaja, tried

held = []
try:
    for _ in range(40):
        pair = socket.socketpair()
        held.append(pair)
        pair[0].setblocking(False)
        while True:
            try:
                pair[0].send(b"x" * 65536)
            except BlockingIOError:
                break
except OSError as error:
    print(error)
for pair in held[:4]:
    pair[0].close(), pair[1].close()
tried()
