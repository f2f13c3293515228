"""Waits for an event that is never set."""

import threading

from tools import adivina


async def trabaja(pide):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
