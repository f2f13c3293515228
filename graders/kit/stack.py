"""The stack that the interpreter writes after all output when a processor time is over."""

import re

# As faulthandler writes it (starter), the innermost frame first; the file is the student's.
_STACK = re.compile(
    r'Stack \(most recent call first\):\n((?:  File "[^"\n]*", line \d+ in .*\n)*)\Z'
)
_LINE = re.compile(r'  File "/w/[^"\n]*", line (\d{1,6}) in')


def split(printed: str) -> tuple[str, int | None]:
    """Return what the program printed itself, and the line at which the stack finds it.

    That is the innermost line of the student's file; None if there is no stack, or no such line.
    The program can write the like: it explains a verdict and decides none.
    """
    if not (found := _STACK.search(printed)):
        return printed, None
    line = _LINE.search(found[1])
    return printed[: found.start()], int(line[1]) if line else None
