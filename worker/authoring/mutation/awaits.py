"""Operators on single awaits."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, awaits, last_name, operator
from worker.authoring.mutation.source import Source

_SIMPLE: Final = (ast.Return, ast.Assign, ast.Expr)


@operator("drop-await", es="Quita un await.", en="Leaves out an await.")
def drop_await(source: Source) -> Iterator[Change]:
    """`await x` → `x`."""
    for node in source.nodes(ast.Await):
        yield Change(node, (source.replace(node, source.text_of(node.value)),))


@operator(
    "ask-twice",
    es="Hace dos veces una llamada que se espera.",
    en="Makes a call that is awaited twice.",
)
def ask_twice(source: Source) -> Iterator[Change]:
    """`x = await f()` → `await f()` and then `x = await f()`."""
    for statement in source.nodes(ast.stmt):
        if not isinstance(statement, _SIMPLE) or source.indent(statement) is None:
            continue
        value = statement.value
        if isinstance(value, ast.Await) and isinstance(value.value, ast.Call):
            yield Change(statement, (source.before(statement, source.text_of(value)),))


@operator(
    "reorder-awaits",
    es="Intercambia dos esperas seguidas.",
    en="Swaps two awaits that follow each other.",
)
def reorder_awaits(source: Source) -> Iterator[Change]:
    """`await a()`, `await b()` → `await b()`, `await a()`."""
    for first in source.nodes(ast.stmt):
        block = list(source.block(first))
        place = block.index(first) + 1 if first in block else len(block)
        if place >= len(block) or not awaits(first) or not awaits(block[place]):
            continue
        second = block[place]
        if isinstance(first, ast.Expr | ast.Assign) and isinstance(second, ast.Expr | ast.Assign):
            edits = (
                source.replace(first, source.text_of(second)),
                source.replace(second, source.text_of(first)),
            )
            yield Change(first, edits)


@operator(
    "drop-timeout",
    es="Quita un límite de tiempo.",
    en="Takes a time limit away.",
)
def drop_timeout(source: Source) -> Iterator[Change]:
    """`wait_for(x, 2)` → `wait_for(x, None)`; so for `timeout(2)` and `fail_after(2)`."""
    places = {"wait_for": 1, "timeout": 0, "fail_after": 0, "move_on_after": 0, "timeout_at": 0}
    for call in source.nodes(ast.Call):
        place = places.get(last_name(call))
        if place is None or source.parent(call) is source.tree:
            continue
        named = [k.value for k in call.keywords if k.arg in ("timeout", "delay", "when")]
        for limit in [*call.args[place : place + 1], *named][:1]:
            yield Change(call, (source.replace(limit, "None"),))


@operator("drop-shield", es="Quita un shield.", en="Takes a shield away.")
def drop_shield(source: Source) -> Iterator[Change]:
    """`asyncio.shield(x)` → `x`; `CancelScope(shield=True)` → `shield=False`."""
    for call in source.nodes(ast.Call):
        if last_name(call) == "shield" and len(call.args) == 1:
            yield Change(call, (source.replace(call, source.text_of(call.args[0])),))
        for keyword in call.keywords:
            if keyword.arg == "shield":
                yield Change(call, (source.replace(keyword.value, "False"),))
