"""Imports the libraries that a submission names, once for all its checks, before they are forked.

The starter imports them from the read-only tree of libraries; only the names come from the student.
Rejected: importing them in the zygote, which makes every fork slower, also for runs that do not use
them (10 ms for the six checks of gather); importing them in the checks, each of which would spend
its own processor time on it (httpx 0.1 s, FastAPI 0.3 s). An exercise about FastAPI says so in its
limits and is forked from a zygote that has imported it.
"""

import contextlib
import importlib
import re
import sys
from collections.abc import Collection

_MAKES_PROCESSES = re.compile(r"\b(?:concurrent|multiprocessing)\b")
_NAMED = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)


def load_named(sources: Collection[str]) -> None:
    """Import the known libraries that the sources name, and run their first-use code paths."""
    named = {name for source in sources for name in _NAMED.findall(source)}
    for name in sorted((named & _KNOWN.keys()) - sys.modules.keys()):
        with contextlib.suppress(ImportError):  # a runtime need not contain all of them
            importlib.import_module(name)
            _KNOWN[name]()
    if sys.version_info >= (3, 14) and any(map(_MAKES_PROCESSES.search, sources)):
        _let_processes_fork()


def _let_processes_fork() -> None:
    """Have multiprocessing fork by default from Python 3.14 on, as it did before.

    Its own default starts another interpreter, which the sandbox does not let run. Not by
    `set_start_method`, which a program may call only once.
    """
    context = importlib.import_module("multiprocessing.context")
    context._default_context._default_context = context._concrete_contexts["fork"]


def _nothing() -> None:
    """Do nothing: most libraries have no first-use cost worth paying in advance."""


def _pytest() -> None:
    importlib.import_module("pytest_asyncio.plugin")


def _httpx() -> None:
    importlib.import_module("httpx").AsyncClient()  # initializes OpenSSL, loads the certificates


def _fastapi() -> None:
    import fastapi
    import pydantic

    class Item(pydantic.BaseModel):
        name: str

    app = fastapi.FastAPI()

    @app.get("/{number}")
    async def first_use(number: int, depends: None = fastapi.Depends(_nothing)) -> Item:
        return Item(name=str(number))


_KNOWN = {
    "aiofiles": _nothing,
    "aiohttp": _nothing,
    "fastapi": _fastapi,
    "httpx": _httpx,
    "multiprocessing": _nothing,
    "pydantic": _nothing,
    "pytest": _pytest,
    "requests": _nothing,
    "starlette": _nothing,
    "uvicorn": _nothing,
}
