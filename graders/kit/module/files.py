"""Files of the program's working folder, used by a plain suite as if they were here.

The suite's process can make no file. A path below /w, or a relative one, leads to the folder of the
check's own process; `open`, `os` and so `pathlib` go there by requests. All else is read here.
"""

import builtins
import contextlib
import functools
import io
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

FOLDER = "/w"
Request = Callable[..., Any]
# Of `os`: name, and how many of its first arguments are paths.
_CALLS = {
    "stat": 1,
    "lstat": 1,
    "mkdir": 1,
    "rmdir": 1,
    "listdir": 1,
    "unlink": 1,
    "remove": 1,
    "rename": 2,
    "replace": 2,
    "access": 1,
    "chmod": 1,
    "scandir": 1,
}


class RemoteFile(io.BytesIO):
    """A file of the program's, read whole when it is opened and written whole when it is closed."""

    def __init__(self, request: Request, path: str, mode: str) -> None:
        is_new = "w" in mode or "x" in mode
        super().__init__(request("open", path, mode))
        self._request, self._path = request, path
        self._mode, self._written = mode, b"" if is_new else self.getvalue()
        if "a" in mode:
            self.seek(0, io.SEEK_END)

    @property
    def name(self) -> str:
        """Its path."""
        return self._path

    def readable(self) -> bool:
        """Whether it was opened to be read."""
        return "r" in self._mode or "+" in self._mode

    def writable(self) -> bool:
        """Whether it was opened to be written."""
        return self._mode.strip("bt") != "r"

    def flush(self) -> None:
        """Write what has changed."""
        if not self.closed and self.writable() and self.getvalue() != self._written:
            self._written = self.getvalue()
            self._request("write", self._path, self._written)

    def close(self) -> None:
        """Write what has changed, and close it."""
        self.flush()
        super().close()


class _Entry:
    """What os.scandir yields."""

    def __init__(self, folder: str, name: str) -> None:
        self.name, self.path = name, f"{folder}/{name}"

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISDIR(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return stat.S_ISREG(self.stat(follow_symlinks=follow_symlinks).st_mode)

    def is_symlink(self) -> bool:
        return stat.S_ISLNK(self.stat(follow_symlinks=False).st_mode)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return (os.stat if follow_symlinks else os.lstat)(self.path)


class _Scan(list[_Entry]):
    def __enter__(self) -> "_Scan":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is open."""


@contextlib.contextmanager
def redirected(request: Request, suites: str, is_open: Callable[[], bool]) -> Iterator[None]:
    """Lead what names the program's folder there, in the block; `suites` is the suite's own.

    Once the program is not open any more nothing is: pytest looks at files to report that end.
    """
    original = {(os, name): getattr(os, name) for name in _CALLS}
    original |= {(builtins, "open"): builtins.open, (io, "open"): io.open}
    original |= {
        (os, "getcwd"): os.getcwd,
        (os, "chdir"): os.chdir,
        (tempfile, "tempdir"): tempfile.tempdir,
    }

    here = FOLDER

    def find(path: Any) -> str | None:
        return _find(path, here, suites, original[os, "stat"]) if is_open() else None

    def change_folder(path: Any) -> None:
        nonlocal here
        if is_open() and (found := find(path)) is not None:
            request("os", "chdir", [found], ())
            here = found
        elif is_open():
            original[os, "chdir"](path)

    def open_either(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        path = find(file)
        if path is None:
            return original[builtins, "open"](file, mode, *rest, **named)
        return _open(request, path, mode, *rest, **named)

    for name, count in _CALLS.items():
        setattr(os, name, _redirect(request, name, count, original[os, name], find))
    builtins.open = io.open = open_either
    os.getcwd, os.chdir, tempfile.tempdir = lambda: here, change_folder, FOLDER
    try:
        yield
    finally:
        for (holder, name), value in original.items():
            setattr(holder, name, value)


def _find(path: Any, here: str, suites: str, look: Callable[[str], Any]) -> str | None:
    """Return the path in the program's folder, which is in `here`; None if it is one of ours."""
    if isinstance(path, int | bytes):
        return None
    name = os.fspath(path)
    if not isinstance(name, str):
        return None
    if name.startswith("/"):
        return name if name == FOLDER or name.startswith(FOLDER + "/") else None
    if here == FOLDER:
        with contextlib.suppress(OSError, ValueError):
            look(f"{suites}/{name}")
            return None  # a data file beside the suite
    return str(PurePosixPath(here) / name)


def _redirect(
    request: Request,
    name: str,
    count: int,
    original: Callable[..., Any],
    find: Callable[[Any], str | None],
) -> Callable[..., Any]:
    @functools.wraps(original)
    def either(*arguments: Any, **named: Any) -> Any:
        paths = [find(path) for path in arguments[:count]] or [find(".")]
        if None in paths:
            return original(*arguments, **named)
        if name == "scandir":
            return _Scan(_Entry(str(paths[0]), one) for one in request("os", "listdir", paths, ()))
        found = request("os", name, paths, tuple(arguments[count:]))
        return os.stat_result(found) if name in ("stat", "lstat") else found

    return either


def _open(
    request: Request,
    path: str,
    mode: str,
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    **_: Any,
) -> Any:
    file = RemoteFile(request, path, mode.replace("t", ""))
    if "b" in mode:
        return file
    text = io.TextIOWrapper(file, encoding or "utf-8", errors, newline)
    if "a" in mode:
        text.seek(0, io.SEEK_END)
    return text
