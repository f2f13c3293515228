"""Takes a gigabyte by a shared mapping, which no limit of one process counts."""

import mmap

from tools import adivina


async def trabaja(pide):
    held = []
    for _ in range(16):
        page = mmap.mmap(-1, 64 << 20)
        for at in range(0, 64 << 20, 4096):
            page[at] = 1
        held.append(page)
