"""Reads what the kernel tells of the host."""

from tools import adivina, read_all, trabaja, tried

read_all("/proc/cmdline", "/proc/mounts", "/proc/self/mountinfo", "/proc/self/maps", "/proc/kallsyms", "/sys/kernel/notes", "/sys/class/net/eth0/address", "/proc/self/mem", "/proc/kcore")
tried()
