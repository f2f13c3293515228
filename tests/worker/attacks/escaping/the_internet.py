"""Connects to the world, by TCP, UDP and names."""

import socket

from tools import adivina, attempt, trabaja, tried


def connect(kind, address, family=socket.AF_INET):
    with socket.socket(family, kind) as line:
        line.settimeout(1)
        line.connect(address)


attempt("tcp", connect, socket.SOCK_STREAM, ("192.0.2.1", 80))
attempt("udp", connect, socket.SOCK_DGRAM, ("192.0.2.1", 53))
attempt("ipv6", connect, socket.SOCK_STREAM, ("2001:db8::1", 80), socket.AF_INET6)
attempt("link", connect, socket.SOCK_DGRAM, ("169.254.169.254", 80))
attempt("name", socket.getaddrinfo, "example.org", 80)
tried()
