"""Opens files until it may not, and then works."""

import os

from tools import adivina, trabaja, tried

held = []
try:
    while True:
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(len(held), error)
for descriptor in held[:8]:
    os.close(descriptor)
tried()
