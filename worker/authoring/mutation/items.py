"""Operators on the items of a loop, and on what decides how often it runs."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, last_name, operator
from worker.authoring.mutation.source import Source

_COUNTS: Final = ("range", "count", "cycle", "repeat", "iter")
_SHIFTED: Final = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}


@operator("leave-last-out", es="Olvida el último elemento.", en="Leaves out the last item.")
def leave_last_out(source: Source) -> Iterator[Change]:
    """`for x in xs` → `for x in list(xs)[:-1]`."""
    for at, many in _iterated(source):
        yield Change(at, (source.replace(many, f"list({source.text_of(many)})[:-1]"),))


@operator("first-only", es="Trata solo el primer elemento.", en="Takes the first item only.")
def first_only(source: Source) -> Iterator[Change]:
    """`for x in xs` → `for x in list(xs)[:1]`."""
    for at, many in _iterated(source):
        yield Change(at, (source.replace(many, f"list({source.text_of(many)})[:1]"),))


@operator(
    "repeated-once",
    es="Trata una sola vez los elementos repetidos.",
    en="Takes repeated items once.",
)
def repeated_once(source: Source) -> Iterator[Change]:
    """`for x in xs` → `for x in dict.fromkeys(xs)`."""
    for at, many in _iterated(source):
        if last_name(many) not in ("enumerate", "zip", "items") and not _are_tasks(source, many):
            yield Change(at, (source.replace(many, f"dict.fromkeys({source.text_of(many)})"),))


@operator("sorted-items", es="Ordena los elementos.", en="Sorts the items.")
def sorted_items(source: Source) -> Iterator[Change]:
    """`for x in xs` → `for x in sorted(xs)`."""
    for at, many in _iterated(source):
        if last_name(many) not in ("enumerate", "sorted") and not _are_tasks(source, many):
            yield Change(at, (source.replace(many, f"sorted({source.text_of(many)})"),))


@operator(
    "leave-loop-early",
    es="Sale de un bucle tras la primera vuelta.",
    en="Leaves a loop after its first round.",
)
def leave_loop_early(source: Source) -> Iterator[Change]:
    """A last statement `break` in a loop."""
    loops: list[ast.For | ast.AsyncFor | ast.While] = [
        *source.nodes(ast.For),
        *source.nodes(ast.AsyncFor),
        *source.nodes(ast.While),
    ]
    for loop in loops:
        last = loop.body[-1]
        if source.indent(last) is not None and not isinstance(last, ast.Return | ast.Raise):
            yield Change(loop, (source.after(last, "break"),))


@operator(
    "off-by-one",
    es="Se equivoca en uno en una comparación o un range.",
    en="Is off by one in a comparison or a range.",
)
def off_by_one(source: Source) -> Iterator[Change]:
    """`<` ↔ `<=`, `>` ↔ `>=`; `range(n)` → `range(n + 1)`, `range(n - 1)`."""
    for compared in source.nodes(ast.Compare):
        shifted = _SHIFTED.get(type(compared.ops[0]))
        if shifted and len(compared.ops) == 1:
            left, right = source.text_of(compared.left), source.text_of(compared.comparators[0])
            yield Change(compared, (source.replace(compared, f"{left} {shifted} {right}"),))
    for call in source.nodes(ast.Call):
        if last_name(call) == "range" and call.args:
            end = call.args[0] if len(call.args) == 1 else call.args[1]
            for step in ("+ 1", "- 1"):
                yield Change(call, (source.replace(end, f"{source.text_of(end)} {step}"),))


def _are_tasks(source: Source, many: ast.expr) -> bool:
    """Whether the items are awaitables: each is another one, and they have no order."""
    part = source.parent(many)
    target = part.target if isinstance(part, ast.comprehension | ast.For) else None
    used = [
        source.parent(node)
        for node in source.nodes(ast.Name)
        if isinstance(target, ast.Name) and node.id == target.id and node is not target
    ]
    return bool(used) and all(
        isinstance(one, ast.Await)
        or (isinstance(one, ast.Attribute) and one.attr in ("result", "cancel", "exception"))
        for one in used
    )


def _iterated(source: Source) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yield what loops and comprehensions go through, if it may have an end."""
    for loop in source.nodes(ast.For):
        if last_name(loop.iter) not in _COUNTS:
            yield loop, loop.iter
    for part in source.nodes(ast.comprehension):
        if not part.is_async and last_name(part.iter) not in _COUNTS:
            yield part.iter, part.iter
