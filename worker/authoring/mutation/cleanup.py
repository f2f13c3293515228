"""Operators on cleaning up: closing, leaving and cancelling."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, last_name, operator
from worker.authoring.mutation.source import Source

_CLOSING: Final = re.compile(r"a?close|cerrar|release|shutdown|stop|disconnect|unlink|liberar")


@operator(
    "drop-finally",
    es="Limpia solo si no hubo error.",
    en="Cleans up only if there was no error.",
)
def drop_finally(source: Source) -> Iterator[Change]:
    """`finally:` → `else:`, so that an error or a cancellation skips it."""
    for block in source.nodes(ast.Try):
        if not block.finalbody or block.orelse or source.indent(block) is None:
            continue
        start = source.rfind("finally", source.span(block.finalbody[0])[0])
        end = start + len("finally")
        indent = source.indent(block)
        text = (
            "else" if block.handlers else f"except BaseException:\n{indent}    raise\n{indent}else"
        )
        yield Change(block, (source.edit(start, end, text),))


@operator(
    "finally-on-error",
    es="Limpia solo si hubo un error.",
    en="Cleans up only if there was an error.",
)
def finally_on_error(source: Source) -> Iterator[Change]:
    """`finally:` → `except BaseException:` with a `raise` at its end."""
    for block in source.nodes(ast.Try):
        if not block.finalbody or source.indent(block.finalbody[-1]) is None:
            continue
        start = source.rfind("finally", source.span(block.finalbody[0])[0])
        edits = (
            source.edit(start, start + len("finally"), "except BaseException"),
            source.after(block.finalbody[-1], "raise"),
        )
        yield Change(block, edits)


@operator("drop-close", es="No cierra nunca.", en="Never closes.")
def drop_close(source: Source) -> Iterator[Change]:
    """A statement that closes something, or any in a `finally`, is left out."""
    for statement in _closings(source):
        yield Change(statement, (source.drop(statement),))


@operator("close-twice", es="Cierra dos veces.", en="Closes twice.")
def close_twice(source: Source) -> Iterator[Change]:
    """A statement that closes something is made twice."""
    for statement in _closings(source):
        if source.indent(statement) is not None:
            edit = source.before(statement, source.text_of(statement))
            yield Change(statement, (edit,))


@operator(
    "close-later",
    es="Cierra en una tarea que nadie espera.",
    en="Closes in a task that nobody awaits.",
)
def close_later(source: Source) -> Iterator[Change]:
    """`await x.close()` → `asyncio.ensure_future(x.close())`."""
    for statement in _closings(source):
        if isinstance(statement.value, ast.Await):
            text = f"asyncio.ensure_future({source.text_of(statement.value.value)})"
            yield Change(statement, (source.replace(statement, text),), ("asyncio",))


@operator("drop-cancel", es="No cancela.", en="Does not cancel.")
def drop_cancel(source: Source) -> Iterator[Change]:
    """`task.cancel()` is left out."""
    for statement in source.nodes(ast.Expr):
        if isinstance(statement.value, ast.Call) and last_name(statement.value) == "cancel":
            yield Change(statement, (source.drop(statement),))


@operator(
    "cancel-unawaited",
    es="Cancela y no espera a que lo cancelado termine.",
    en="Cancels, and does not wait until what was cancelled has ended.",
)
def cancel_unawaited(source: Source) -> Iterator[Change]:
    """The await that follows a `cancel()` in the same function is left out."""
    for call in source.nodes(ast.Call):
        function = source.function(call)
        if last_name(call) != "cancel" or function is None:
            continue
        for statement in source.nodes(ast.Expr):
            is_after = source.span(statement)[0] > source.span(call)[1]
            if not is_after or source.function(statement) is not function:
                continue
            if isinstance(statement.value, ast.Await):
                yield Change(statement, (source.drop(statement),))
                break


@operator(
    "leave-never",
    es="Entra en un with y no sale nunca.",
    en="Enters a with and never leaves it.",
)
def leave_never(source: Source) -> Iterator[Change]:
    """`async with f() as x:` → `x = await (f()).__aenter__()`."""
    blocks: list[ast.AsyncWith | ast.With] = [
        *source.nodes(ast.AsyncWith),
        *source.nodes(ast.With),
    ]
    for block in blocks:
        indent = source.indent(block)
        if indent is None:
            continue
        is_async = isinstance(block, ast.AsyncWith)
        lines = [_enter(source, item, is_async=is_async) for item in block.items]
        last = block.items[-1]
        end = source.find(":", source.span(last.optional_vars or last.context_expr)[1]) + 1
        text = "\n".join([lines[0], *(indent + line for line in lines[1:]), f"{indent}if True:"])
        yield Change(block, (source.edit(source.span(block)[0], end, text),))


def _enter(source: Source, item: ast.withitem, *, is_async: bool) -> str:
    target = f"{source.text_of(item.optional_vars)} = " if item.optional_vars else ""
    entered = source.text_of(item.context_expr)
    if is_async:
        return f"{target}await ({entered}).__aenter__()"
    return f"{target}({entered}).__enter__()"


def _closings(source: Source) -> Iterator[ast.Expr]:
    for statement in source.nodes(ast.Expr):
        called = (
            statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        )
        if not isinstance(called, ast.Call):
            continue
        parent = source.parent(statement)
        is_last = isinstance(parent, ast.Try) and statement in parent.finalbody
        if is_last or _CLOSING.fullmatch(last_name(called)):
            yield statement
