"""Operators that keep something between calls."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, last_name, operator, yields
from worker.authoring.mutation.source import Source

_ANSWER: Final = """
def _kept(function):
    kept = []

    @functools.wraps(function)
    async def first_answer(*args, **kwargs):
        if not kept:
            kept.append(await function(*args, **kwargs))
        return kept[0]

    return first_answer

"""
_BY_ARGUMENT: Final = """
def _kept_by_argument(function):
    kept = {}

    @functools.wraps(function)
    async def known_answer(*args, **kwargs):
        given = (*args, *kwargs.values())
        key = repr([one for one in given if isinstance(one, str | int | float | list | tuple)])
        if key not in kept:
            kept[key] = await function(*args, **kwargs)
        return kept[key]

    return known_answer

"""
_MAKERS: Final = ("list", "dict", "set", "deque", "defaultdict", "Counter", "OrderedDict")
_LOOP_BOUND: Final = ("Lock", "Semaphore", "Queue", "Event", "Condition")


@operator(
    "keep-answer",
    es="Guarda la primera respuesta de una función y la da siempre.",
    en="Keeps the first answer of a function and always gives it.",
)
def keep_answer(source: Source) -> Iterator[Change]:
    """A decorator that calls an async function only once."""
    for function in _cacheable(source):
        edit = source.before(function, "@_kept")
        yield Change(function, (edit,), ("functools",), _ANSWER)


@operator(
    "keep-answer-by-argument",
    es="Guarda la respuesta de una función para los mismos argumentos.",
    en="Keeps the answer of a function for the same arguments.",
)
def keep_answer_by_argument(source: Source) -> Iterator[Change]:
    """A decorator that calls an async function once for the same arguments."""
    for function in _cacheable(source):
        edit = source.before(function, "@_kept_by_argument")
        yield Change(function, (edit,), ("functools",), _BY_ARGUMENT)


@operator(
    "share-state",
    es="Hace global lo que cada llamada creaba de nuevo.",
    en="Makes global what each call made anew.",
)
def share_state(source: Source) -> Iterator[Change]:
    """`found = []` in a function → `found = _shared`, with `_shared = []` outside of it."""
    for statement in source.nodes(ast.stmt):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        if source.function(statement) is None or not _is_fresh(statement.value):
            continue
        helper = f"\n_shared = {source.text_of(statement.value)}\n\n"
        yield Change(statement, (source.replace(statement.value, "_shared"),), (), helper)


def _cacheable(source: Source) -> Iterator[ast.AsyncFunctionDef]:
    for function in source.nodes(ast.AsyncFunctionDef):
        is_hook = function.name.startswith("__")
        if not yields(function) and not is_hook and source.indent(function) is not None:
            yield function


def _is_fresh(value: ast.expr) -> bool:
    """Whether an expression makes an object that holds nothing, from nothing of the call's."""
    if isinstance(value, ast.List | ast.Set):
        return not value.elts
    if isinstance(value, ast.Dict):
        return not value.keys
    if not isinstance(value, ast.Call) or last_name(value) not in (*_MAKERS, *_LOOP_BOUND):
        return False
    given = [*value.args, *(keyword.value for keyword in value.keywords)]
    is_container = last_name(value) in _MAKERS
    return all(
        isinstance(one, ast.Constant) or (is_container and last_name(one) in _MAKERS)
        for one in given
    )
