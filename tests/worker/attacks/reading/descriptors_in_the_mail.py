"""Takes the messages that are meant for the agent, with what is attached."""

import socket

from tools import adivina, trabaja, tried

with socket.socket(fileno=__import__("os").dup(3)) as line:
    line.setblocking(False)
    try:
        data, fds, _, _ = socket.recv_fds(line, 65536, 16)
        print("GOT" if fds else "only", data)
    except BlockingIOError:
        print("nothing there")
tried()
