"""Files with people's data in them: only their owner reads them, and none is there in part."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from semaforo.terminal import CommandError, describe_os_error


@contextlib.contextmanager
def open_new_file(name: str) -> Iterator[BinaryIO]:
    """Yield a file that gets its name only when it is complete; otherwise it is deleted.

    Raises:
        CommandError: there is a file of this name, or it cannot be written.
    """
    final = Path(name).absolute()
    partial = final.with_name(f".{final.name}.{os.getpid()}.partial")
    with os_errors_as_command_errors(name):
        if final.exists():
            raise FileExistsError(errno.EEXIST, "", name)
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                yield out
                out.flush()
                os.fsync(descriptor)
            try:
                os.link(partial, final)  # unlike rename, link never replaces a file
            except PermissionError:  # not every file system supports hard links
                if final.exists():
                    raise FileExistsError(errno.EEXIST, "", name) from None
                partial.rename(final)
        finally:
            partial.unlink(missing_ok=True)


@contextlib.contextmanager
def os_errors_as_command_errors(name: str) -> Iterator[None]:
    """Turn what the kernel says about this file into one sentence."""
    try:
        yield
    except FileExistsError:
        raise CommandError("{file} already exists; choose another name.", file=name) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CommandError("The disk is full; {file} was not written.", file=name) from None
        raise CommandError(
            "{file} cannot be used: {why}", file=name, why=describe_os_error(error)
        ) from None
