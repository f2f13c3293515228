"""Operators that keep the loop from running."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, last_name, name_of, operator, yields
from worker.authoring.mutation.source import Source, is_text

SECONDS: Final = 0.3
_BUSY: Final = (
    f"_end = time.thread_time() + {SECONDS}",
    "while time.thread_time() < _end:",
    "    pass",
)
_JOINED: Final = """
def _joined(function):
    @functools.wraps(function)
    async def in_a_thread(*args, **kwargs):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, function(*args, **kwargs)).result()

    return in_a_thread

"""
_ON_THE_LOOP: Final = """
async def _on_the_loop(function, *args, **kwargs):
    return function(*args, **kwargs)

"""
_WORKER_JOINED: Final = """
async def _thread_joined(function, *args, **kwargs):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *args, **kwargs).result()

"""


@operator(
    "blocking-sleep",
    es="Usa time.sleep en lugar de asyncio.sleep.",
    en="Uses time.sleep in place of asyncio.sleep.",
)
def blocking_sleep(source: Source) -> Iterator[Change]:
    """`await asyncio.sleep(1)` → `time.sleep(1)`."""
    for node in source.nodes(ast.Await):
        call = node.value
        if isinstance(call, ast.Call) and name_of(call.func) in ("asyncio.sleep", "anyio.sleep"):
            seconds = source.text_of(call.args[0]) if call.args else "0"
            yield Change(node, (source.replace(node, f"time.sleep({seconds})"),), ("time",))


@operator(
    "block-loop",
    es=f"Duerme {SECONDS} s con time.sleep al empezar una función asíncrona.",
    en=f"Sleeps {SECONDS} s with time.sleep at the start of an async function.",
)
def block_loop(source: Source) -> Iterator[Change]:
    """A first statement `time.sleep(0.3)`."""
    for first in _first_statements(source):
        yield Change(first, (source.before(first, f"time.sleep({SECONDS})"),), ("time",))


@operator(
    "busy-loop",
    es=f"Calcula {SECONDS} s sin parar al empezar una función asíncrona.",
    en=f"Computes for {SECONDS} s at the start of an async function.",
)
def busy_loop(source: Source) -> Iterator[Change]:
    """First statements that take the processor for 0.3 s."""
    for first in _first_statements(source):
        yield Change(first, (source.before(first, *_BUSY),), ("time",))


@operator(
    "block-at-end",
    es=f"Duerme {SECONDS} s con time.sleep antes del último return.",
    en=f"Sleeps {SECONDS} s with time.sleep before the last return.",
)
def block_at_end(source: Source) -> Iterator[Change]:
    """`time.sleep(0.3)` before the `return` that ends an async function of several statements."""
    for function in source.nodes(ast.AsyncFunctionDef):
        last = function.body[-1]
        is_later = isinstance(last, ast.Return) and last is not _first_of(function)
        if is_later and source.indent(last) is not None:
            yield Change(last, (source.before(last, f"time.sleep({SECONDS})"),), ("time",))


@operator(
    "join-thread",
    es="Ejecuta una función asíncrona en un hilo y lo espera bloqueando el bucle.",
    en="Runs an async function in a thread and blocks the loop until it ends.",
)
def join_thread(source: Source) -> Iterator[Change]:
    """A decorator that runs the coroutine in a thread with a loop of its own."""
    for function in source.nodes(ast.AsyncFunctionDef):
        if not yields(function) and source.indent(function) is not None:
            yield Change(
                function,
                (source.before(function, "@_joined"),),
                ("asyncio", "concurrent.futures", "functools"),
                _JOINED,
            )


@operator(
    "leave-thread",
    es="Llama en el bucle a una función que se ejecutaba en un hilo.",
    en="Calls on the loop what was run in a thread.",
)
def leave_thread(source: Source) -> Iterator[Change]:
    """`asyncio.to_thread(f, x)` → `f(x)`, on the loop."""
    for call in source.nodes(ast.Call):
        yield from _without_thread(source, call, "_on_the_loop", (), _ON_THE_LOOP)


@operator(
    "join-worker",
    es="Espera, bloqueando el bucle, a la función que se ejecuta en un hilo.",
    en="Blocks the loop until the function that runs in a thread ends.",
)
def join_worker(source: Source) -> Iterator[Change]:
    """`asyncio.to_thread(f, x)` → `pool.submit(f, x).result()`."""
    modules = ("concurrent.futures",)
    for call in source.nodes(ast.Call):
        yield from _without_thread(source, call, "_thread_joined", modules, _WORKER_JOINED)


def _without_thread(
    source: Source, call: ast.Call, instead: str, imports: tuple[str, ...], helper: str
) -> Iterator[Change]:
    skipped = {"to_thread": 0, "run_sync": 0, "run_in_executor": 1, "run_in_threadpool": 0}
    skip = skipped.get(last_name(call))
    if skip is None or len(call.args) <= skip:
        return
    start, end = source.span(call.func)[0], source.span(call.args[skip])[0]
    yield Change(call, (source.edit(start, end, f"{instead}("),), imports, helper)


def _first_statements(source: Source) -> Iterator[ast.stmt]:
    for function in source.nodes(ast.AsyncFunctionDef):
        first = _first_of(function)
        if source.indent(first) is not None:
            yield first


def _first_of(function: ast.AsyncFunctionDef) -> ast.stmt:
    has_docstring = is_text(function.body[0]) and len(function.body) > 1
    return function.body[1 if has_docstring else 0]
