"""Reads a file of the worker by its path on the host, and by the ways around."""

from tools import PLANTED, adivina, read_all, trabaja, tried

read_all(PLANTED, "/proc/1/root" + PLANTED, "/proc/self/cwd/../.." + PLANTED, "/w/../.." + PLANTED)
tried()
