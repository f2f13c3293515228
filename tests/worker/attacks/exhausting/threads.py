"""Starts threads until it may not, and then works."""

import threading
import time

from tools import adivina, trabaja

try:
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except RuntimeError as error:
    print(error)
