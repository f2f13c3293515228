"""Each common mistake is made for real, and the interpreter's message for it is recognised."""

import asyncio
import gc
import sys
import warnings
from collections.abc import Iterator

import pytest

from graders.kit import wire
from graders.kit.messages.common_mistakes import find_advice, find_unawaited
from tests.graders.message_rules import without_marks

BEFORE = """
import asyncio, concurrent.futures, contextlib
async def f(x=1): return x
def g(): return 1
async def gen(): yield 1
"""
SLIPS = {
    "asyncio.run(f())": "Usa await",
    "asyncio.get_running_loop().run_until_complete(f())": "Usa await",
    "with contextlib.closing(asyncio.new_event_loop()) as loop:\n"
    "  loop.run_until_complete(f())": "Usa await",
    "await g()": "llámala sin await",
    "await [f(), f()]": "gather(*lista)",
    "await gen()": "async for",
    "await f": "f(), y no f",
    "await asyncio.gather([f(), f()])": "desempaquétala",
    "await asyncio.gather(f)": "f(), y no f",
    "await asyncio.wait_for(f, 1)": "f(), y no f",
    "asyncio.create_task(f)": "f(), y no f",
    "async with asyncio.TaskGroup() as group: group.create_task(g())": "f(), y no f",
    "f() + 1": "falta await",
    "f()[0]": "falta await",
    "f().json()": "falta await",
    "for x in f(): pass": "falta await",
    "len(f())": "falta await",
    "f() < 3": "falta await",
    "','.join([f()])": "falta await",
    "asyncio.create_task(f()) + 1": "falta await",
    "list(asyncio.gather(f(), f()))": "falta await",
    "c = f(); await c; await c": "una sola vez",
    "await asyncio.wait([f()])": "quiere tareas",
    "await asyncio.wait([])": "lista vacía",
    "asyncio.create_task(f()).result()": "no ha terminado",
    "async for x in f(): pass": "con yield",
    "for x in gen(): pass": "async for",
    "async with f(): pass": "async with quiere",
    "with asyncio.timeout(1): pass": "con async with",
    "with asyncio.Lock(): pass": "con async with",
    "with concurrent.futures.ProcessPoolExecutor(1) as pool:\n"
    "  await asyncio.get_running_loop().run_in_executor(pool, lambda: 1)": "nivel del módulo",
    "asyncio.Lock(loop=1)": "loop=",
    "await asyncio.sleep(1, loop=None)": "loop=",
    "asyncio.coroutine(g)": "async def",
    "from asyncio import coroutine": "async def",
    "asyncio.Task.all_tasks()": "asyncio.all_tasks()",
    "asyncio.WindowsSelectorEventLoopPolicy()": "Windows",
    "from asyncio import WindowsProactorEventLoopPolicy": "Windows",
    "exec('from .otro import x', {'__name__': 's', '__package__': ''})": "punto",
    "import nest_asyncio": "nest_asyncio solo",
    "await asyncio.to_thread(asyncio.get_event_loop)": "otro hilo",
    "await asyncio.to_thread(f())": "sin llamarla",
    "loop = asyncio.new_event_loop(); loop.close()\nawait loop.create_task(f())": "ya se cerró",
    "next(iter([]))": "StopIteration",
}
NEWER = {
    "from itertools import batched": (3, 12),
    "import itertools; itertools.batched([1], 1)": (3, 12),
    "from typing import override": (3, 12),
    "asyncio.Queue().shutdown()": (3, 13),
    "asyncio.QueueShutDown": (3, 13),
    "from warnings import deprecated": (3, 13),
    "asyncio.capture_call_graph()": (3, 14),
    "import annotationlib": (3, 14),
}
LEFT = {
    "f()": "espéralo",
    "[1, asyncio.create_task(f())]": "espéralo",
    "{'a': asyncio.gather(f(), f())}": "espéralo",
    "asyncio.get_running_loop().create_future()": "espéralo",
    "gen()": "yield",
}
UNREADABLE = {
    "def h():\n await f()": "async def",
    "def h():\n async with f(): pass": "async def",
    "def h():\n return [x async for x in f()]": "async def",
    "await f()": "dentro de una función",
    "async def h():\n yield 1\n return 2": "quita yield",
    "async def h():\n yield from f()": "no hay yield from",
    "if 1:\n\tif 1:\n        x = 1": "solo espacios",
}


@pytest.fixture(scope="module", autouse=True)
def earlier_modules_are_left_out_of_collections() -> None:
    """What other files of tests have left takes a third of a second to go through each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def never_awaited_on_purpose() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield
        gc.collect()


def through_wire(error: BaseException) -> wire.Failure:
    failure = wire.decode(wire.failure(error))
    assert isinstance(failure, wire.Failure)
    return failure


def functions(body: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(f"{BEFORE}\nasync def slip():\n " + body.replace("\n", "\n "), names)  # noqa: S102
    return names


def what_comes_of(names: dict[str, object]) -> wire.Failure:
    try:
        asyncio.run(names["slip"]())  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001  whatever the interpreter says of it
        return through_wire(error)
    raise AssertionError("no slip at all")


@pytest.mark.parametrize(("slip", "says"), SLIPS.items())
def test_a_common_mistake_comes_with_advice(slip: str, says: str) -> None:
    words = find_advice(what_comes_of(functions(slip)))

    assert words is not None
    assert says in without_marks(words.es)


@pytest.mark.parametrize(("slip", "since"), NEWER.items())
def test_a_name_of_a_newer_python_is_called_so(slip: str, since: tuple[int, int]) -> None:
    if sys.version_info >= since:
        asyncio.run(functions(slip)["slip"]())  # type: ignore[operator]
        return
    words = find_advice(what_comes_of(functions(slip)))

    assert words is not None
    assert f"de Python {since[0]}.{since[1]} o posterior" in words.es


def test_as_completed_before_python_3_13_comes_with_advice() -> None:
    slip = "async for one in asyncio.as_completed([f()]): await one"
    if sys.version_info >= (3, 13):
        asyncio.run(functions(slip)["slip"]())  # type: ignore[operator]
        return
    words = find_advice(what_comes_of(functions(slip)))

    assert words is not None
    assert "as_completed" in words.es


@pytest.mark.parametrize(("value", "says"), LEFT.items())
def test_a_value_that_should_have_been_awaited_is_recognised(value: str, says: str) -> None:
    async def send_value() -> object:
        return wire.decode(wire.encode(await functions(f"return {value}")["slip"]()))  # type: ignore[operator]

    words = find_unawaited(asyncio.run(send_value()))
    assert words is not None
    assert says in without_marks(words.es)


@pytest.mark.parametrize(("source", "says"), UNREADABLE.items())
def test_a_common_syntax_error_comes_with_advice(source: str, says: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        compile(source, "solution.py", "exec", dont_inherit=True)

    words = find_advice(through_wire(caught.value))
    assert words is not None
    assert says in without_marks(words.es)


def test_a_lock_of_another_loop_comes_with_advice() -> None:
    names = functions("await lock.acquire()")
    lock = names["lock"] = asyncio.Lock()

    async def use() -> None:
        await lock.acquire()
        waiting = asyncio.create_task(lock.acquire())
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(use())
    words = find_advice(what_comes_of(names))

    assert words is not None
    assert "créalos dentro" in words.es


@pytest.mark.parametrize(
    "error",
    [
        ValueError("coroutine"),
        KeyError("x"),
        RuntimeError("falló"),
        AttributeError("'Pedido' object has no attribute 'shutdown'"),
        AttributeError("'Pedido' object has no attribute 'override'"),
    ],
)
def test_an_error_of_the_students_own_comes_without(error: Exception) -> None:
    assert find_advice(through_wire(error)) is None


def test_a_task_that_is_done_need_not_be_awaited() -> None:
    async def send_value() -> object:
        task = asyncio.create_task(asyncio.sleep(0, "a"))
        await task
        return wire.decode(wire.encode([task, {"a": (1, {2})}, object()]))

    assert find_unawaited(asyncio.run(send_value())) is None
