"""Loads programs into the kernel, and probes it."""

from tools import adivina, call, trabaja, tried

call("bpf", (321, 280), 0, b"\x00" * 64, 64)
call("perf_event_open", (298, 241), b"\x00" * 112, 0, -1, -1, 0)
call("userfaultfd", (323, 282), 0)
tried()
