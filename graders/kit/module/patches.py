"""What a plain suite puts in place of functions that programs use: `input`, `random.randint`.

A suite patches its own interpreter, and the program is in another. So before each request it is
looked at what has been replaced since the last, and the same is done in the program: it calls the
suite's stand-in back.
"""

import builtins
import functools
import inspect
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from graders.kit.module.proxies import handle_of, is_function

Request = Callable[..., Any]
_NAMES = {
    builtins: "input print open",
    sys: "stdin",
    time: "time sleep monotonic perf_counter time_ns localtime strftime",
    random: "random randint choice choices shuffle sample uniform randrange gauss",
    os: "listdir getcwd getenv system getlogin urandom",
    subprocess: "run Popen check_output",
}
_WATCHED = tuple((holder, name) for holder, names in _NAMES.items() for name in names.split())


class Patches:
    """What has been replaced in one check; its originals are what is there when it begins."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._original = {key: getattr(*key) for key in _WATCHED}
        self._replaced: dict[tuple[Any, str], Any] = {}
        self._own_arguments = self._arguments = list(sys.argv)

    def tell(self) -> None:
        """Have the program use what the suite has put in place since the last time."""
        for key, original in self._original.items():
            now = vars(key[0]).get(key[1], original)
            if now is not original and self._replaced.get(key) is not now:
                self._replaced[key] = now
                self._request("patch", key[0].__name__, key[1], now, False)
            elif now is original and key in self._replaced:
                del self._replaced[key]
                self._request("patch", key[0].__name__, key[1], None, True)
        if sys.argv != self._arguments:
            self._arguments = list(sys.argv)
            is_own = self._arguments == self._own_arguments
            self._request("arguments", None if is_own else list(map(str, sys.argv)))


@contextmanager
def carried(
    request: Request, source_of: Callable[[Any], str | None], is_open: Callable[[], bool]
) -> Iterator[None]:
    """Carry over to the program, in the block, what else a suite does to its own interpreter.

    `random.seed` seeds the program's as well, `os.environ` sets variables of its, too,
    `inspect.getsource` knows the submission's text, and `inspect.getmembers` its functions.
    """
    seed, getsource, getmembers = random.seed, inspect.getsource, inspect.getmembers

    @functools.wraps(seed)
    def seed_both(*arguments: Any, **named: Any) -> None:
        seed(*arguments, **named)
        request("seed", arguments)

    @functools.wraps(getsource)
    def get_source(of: Any) -> str:
        found = source_of(of)
        return getsource(of) if found is None else found

    random.seed, inspect.getsource = seed_both, get_source  # type: ignore[assignment]
    inspect.getmembers = functools.wraps(getmembers)(_members_of)  # type: ignore[assignment]
    put, unset = os.putenv, os.unsetenv

    def put_both(name: Any, value: Any) -> None:
        put(name, value)
        if is_open() and not name.startswith(b"PYTEST_"):
            request("environ", os.fsdecode(name), os.fsdecode(value))

    def unset_both(name: Any) -> None:
        unset(name)
        if is_open() and not name.startswith(b"PYTEST_"):
            request("environ", os.fsdecode(name), None)

    os.putenv, os.unsetenv = put_both, unset_both  # what `os.environ` calls
    try:
        yield
    finally:
        random.seed, inspect.getsource, inspect.getmembers = seed, getsource, getmembers
        os.putenv, os.unsetenv = put, unset


_getmembers, _isfunction = inspect.getmembers, inspect.isfunction


def _members_of(of: Any, predicate: Callable[[Any], Any] | None = None) -> Any:
    """Do as `inspect.getmembers`, to which proxies are no functions.

    A loop over what it finds would run over nothing, and pass any program. Elsewhere `isfunction`
    stays as it is: `inspect.signature` asks it, too, and would then look for code in a proxy.
    """
    if handle_of(of) is None:
        return _getmembers(of, predicate)

    def is_any_function(one: Any) -> bool:
        return _isfunction(one) or is_function(one)

    inspect.isfunction = is_any_function  # type: ignore[assignment]
    try:
        return _getmembers(of, is_any_function if predicate is _isfunction else predicate)
    finally:
        inspect.isfunction = _isfunction
