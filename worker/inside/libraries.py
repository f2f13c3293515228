"""Libraries that a submission names, imported once for all its checks, before they are forked.

The starter does it, from the read-only tree of libraries: a name is all that is the student's. To
have the zygote import them for everybody would make every fork dearer, also of runs without them
(10 ms for the six checks of gather); to leave it to the checks would have each pay again, out of
its own processor time (httpx 0.1 s, FastAPI 0.3 s). An exercise about FastAPI says so in its
limits, and is forked from a zygote that has it.
"""

import contextlib
import importlib
import re
import sys
from collections.abc import Iterable

_NAMED = re.compile(r"^[ \t]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)


def load_named(sources: Iterable[str]) -> None:
    """Import what the sources name of the libraries known here, and walk their first uses."""
    named = {name for source in sources for name in _NAMED.findall(source)}
    for name in sorted((named & _KNOWN.keys()) - sys.modules.keys()):
        with contextlib.suppress(ImportError):  # a runtime need not have them all
            importlib.import_module(name)
            _KNOWN[name]()


def _nothing() -> None:
    """Most have no first use worth walking."""


def _pytest() -> None:
    importlib.import_module("pytest_asyncio.plugin")


def _httpx() -> None:
    importlib.import_module("httpx").AsyncClient()  # OpenSSL's own start, and the certificates


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
