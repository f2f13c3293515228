"""What the attacks share; handed in beside each of them, so hostile as they are. Prints `GOT` and
what it got when something worked that must not, `tried` when all has been tried."""

import asyncio
import ctypes
import errno
import os
import platform

PLANTED = "{PLANTED}"
_libc = ctypes.CDLL(None, use_errno=True)


async def trabaja(pide):
    """Do the exercise as one should."""
    return list(await asyncio.gather(*[pide(n) for n in range(3)]))


def adivina():
    """Return what one knows of the expected value."""
    return None


def attempt(what, do, *arguments, expected=False):
    """Do it; it must fail with an error of the system, unless `expected`."""
    try:
        do(*arguments)
    except OSError as error:
        print(what, errno.errorcode.get(error.errno, error))
    else:
        print(what if expected else f"GOT {what}")


def read_all(*paths):
    """Read what must not be there."""
    for path in paths:
        try:
            descriptor = os.open(path, os.O_RDONLY)
            print("GOT", path, os.read(descriptor, 4096))
        except OSError as error:
            print(path, errno.errorcode.get(error.errno, error))


def call(what, numbers, *arguments, child=False):
    """Make a system call by its number, of this processor; it must fail."""
    ctypes.set_errno(0)
    # Registers are 64 bits wide; a plain int would be cut to 32 and so hide the high ones.
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = _libc.syscall(ctypes.c_long(numbers[platform.machine() == "aarch64"]), *wide)
    if child and result == 0:
        os._exit(0)
    if result >= 0:
        print("GOT", what)
    else:
        name = errno.errorcode.get(ctypes.get_errno())
        print(what if name in ("EPERM", "ENOSYS") else f"GOT as far as {what}", name)


def tried():
    print("tried")
