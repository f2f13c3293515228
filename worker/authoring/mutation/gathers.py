"""Operators on asyncio.gather: how many at once, in which order, and what becomes of errors."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, Operator, last_name, operator
from worker.authoring.mutation.source import Source

WIDTH: Final = 3
_BEGINNINGS: Final = {"create_task", "ensure_future", "run_in_executor", "submit"}
_IN_ORDER: Final = """
async def _one_by_one(*awaitables, return_exceptions=False):
    results = []
    for awaitable in awaitables:
        try:
            results.append(await awaitable)
        except Exception as error:
            if not return_exceptions:
                raise
            results.append(error)
    return results

"""
_IN_BATCHES: Final = f"""
async def _in_batches(*awaitables, **options):
    results = []
    for first in range(0, len(awaitables), {WIDTH}):
        results += await asyncio.gather(*awaitables[first : first + {WIDTH}], **options)
    return results

"""
_BY_ARRIVAL: Final = """
async def _by_arrival(*awaitables, return_exceptions=False):
    results = []
    for first in asyncio.as_completed(awaitables):
        try:
            results.append(await first)
        except Exception as error:
            if not return_exceptions:
                raise
            results.append(error)
    return results

"""
_BOUNDED_GATHER: Final = f"""
async def _bounded_gather(*awaitables, **options):
    width = asyncio.Semaphore({WIDTH})

    async def bounded(awaitable):
        async with width:
            return await awaitable

    return await asyncio.gather(*map(bounded, awaitables), **options)

"""


def _instead_of_gather(
    name: str, function: str, helper: str, *, es: str, en: str, more_than: int = 0
) -> Operator:
    """Make an operator that calls `function` in place of a gather of `more_than` so many."""

    @operator(name, es=es, en=en)
    def find(source: Source) -> Iterator[Change]:
        for call in source.nodes(ast.Call):
            is_many = len(call.args) > more_than or any(
                isinstance(one, ast.Starred) for one in call.args
            )
            is_awaited = last_name(call) == "gather" and isinstance(source.parent(call), ast.Await)
            if is_awaited and is_many and not _has_begun(call):
                yield Change(call, (source.replace(call.func, function),), ("asyncio",), helper)

    return find


sequential_gather = _instead_of_gather(
    "sequential-gather",
    "_one_by_one",
    _IN_ORDER,
    es="Espera una tras otra las llamadas de un gather.",
    en="Awaits the calls of a gather one after another.",
)
batches = _instead_of_gather(
    "batches",
    "_in_batches",
    _IN_BATCHES,
    es=f"Hace un gather por lotes de {WIDTH}.",
    en=f"Makes a gather in batches of {WIDTH}.",
    more_than=WIDTH,
)
by_arrival = _instead_of_gather(
    "by-arrival",
    "_by_arrival",
    _BY_ARRIVAL,
    es="Da los resultados de un gather en el orden en que llegan.",
    en="Gives the results of a gather in the order of arrival.",
)
bounded_gather = _instead_of_gather(
    "bounded-gather",
    "_bounded_gather",
    _BOUNDED_GATHER,
    es=f"Limita un gather a {WIDTH} llamadas a la vez.",
    en=f"Limits a gather to {WIDTH} calls at a time.",
    more_than=WIDTH,
)


@operator(
    "return-exceptions",
    es="Pone o quita return_exceptions=True en un gather.",
    en="Puts return_exceptions=True into a gather, or takes it out.",
)
def return_exceptions(source: Source) -> Iterator[Change]:
    """`gather(*xs)` ↔ `gather(*xs, return_exceptions=True)`."""
    for call in source.nodes(ast.Call):
        if last_name(call) != "gather":
            continue
        given = [k for k in call.keywords if k.arg == "return_exceptions"]
        if given:
            is_on = isinstance(given[0].value, ast.Constant) and given[0].value.value
            yield Change(call, (source.replace(given[0].value, str(not is_on)),))
        elif call.args:
            end = max(source.span(one)[1] for one in (*call.args, *call.keywords))
            yield Change(call, (source.edit(end, end, ", return_exceptions=True"),))


def _has_begun(call: ast.Call) -> bool:
    """Whether what is gathered runs already, however it is awaited."""
    made = {last_name(one) for one in ast.walk(call) if isinstance(one, ast.Call)}
    return bool(made & _BEGINNINGS)
