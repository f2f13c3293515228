"""Climbs its own stack into our frames and prints what they hold."""

import sys

from tools import adivina, trabaja, tried

frame = sys._getframe()
while frame is not None:
    print(frame.f_code.co_name, sorted(frame.f_locals)[:20])
    for name, value in list(frame.f_locals.items()):
        if "expected" in name or "secret" in name:
            print("GOT", name, value)
    frame = frame.f_back
tried()
