"""Waits for what nobody will ever do."""

import threading

from tools import adivina


async def trabaja(pide):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
