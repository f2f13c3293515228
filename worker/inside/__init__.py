"""Everything that enters the sandbox. Standard library only; bound read-only at /agent/inside.

zygote.py    started once with an empty environment: imports, warms, forks one starter per run
starter.py   pid 1 of a grading run: forks one process per check and tells how each ended
agent.py     what answers calls in a check's process; program.py compiles what it will load,
             libraries.py imports what that names, furnish.py makes what the suite wants there
likeness.py  makes a check's process like a fresh `python solution.py`
places.py    where the program is, for words on a verdict
asker.py     how the program asks services, by what stand_ins.py puts in its hands
asgi.py      drives an ASGI application; testing.py runs the student's own tests
walls.py     namespaces, mounts, limits and capabilities
bare.py      what is left of them on a host that allows none
probe.py     the doctor's own program, which tries what must not be possible
seccomp.py   the allow-list of system calls; syscalls.py their numbers
linux.py     the calls that Python does not wrap

Nothing here holds a secret, and nothing it says is a verdict. Imported both here, as part of the
worker (for the tests and the type checker), and inside, as the top-level package `inside`.
"""
