"""Operators on errors: which are caught, and what becomes of them."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, awaits, name_of, operator
from worker.authoring.mutation.source import Source

_WIDE: Final = ("Exception", "BaseException")


@operator(
    "swallow-error",
    es="Se traga los errores de una espera y sigue con None.",
    en="Swallows the errors of an await and goes on with None.",
)
def swallow_error(source: Source) -> Iterator[Change]:
    """A `try` around a statement that awaits, with `except Exception` and None as the result."""
    for statement in source.nodes(ast.stmt):
        if not awaits(statement) or (indent := source.indent(statement)) is None:
            continue
        if _raises_nothing(statement):
            continue
        match statement:
            case ast.Return():
                instead = "return None"
            case ast.Assign(targets=[ast.Name(id=name)]):
                instead = f"{name} = None"
            case ast.Expr():
                instead = "pass"
            case _:
                continue
        start, end = source.span(statement)
        text = (
            f"{indent}try:\n{source.indented(statement)}\n"
            f"{indent}except Exception:\n{indent}    {instead}"
        )
        yield Change(statement, (source.edit(source.line_start(start), end, text),))


def _raises_nothing(statement: ast.stmt) -> bool:
    """Whether all that a statement awaits only ever raises a cancellation."""
    awaited = [node.value for node in ast.walk(statement) if isinstance(node, ast.Await)]
    return all(
        isinstance(one, ast.Call)
        and (
            name_of(one.func) in ("asyncio.wait", "asyncio.sleep", "anyio.sleep")
            or any(keyword.arg == "return_exceptions" for keyword in one.keywords)
        )
        for one in awaited
    )


@operator(
    "narrow-except",
    es="Captura menos errores.",
    en="Catches fewer errors.",
)
def narrow_except(source: Source) -> Iterator[Change]:
    """`except Exception` → `except ValueError`; one class of several is left out."""
    for handler in source.nodes(ast.ExceptHandler):
        match handler.type:
            case ast.Tuple(elts=elts) if len(elts) > 1:
                for left_out in elts:
                    kept = ", ".join(source.text_of(one) for one in elts if one is not left_out)
                    text = f"({kept},)" if len(elts) == 2 else f"({kept})"
                    yield Change(handler, (source.replace(handler.type, text),))
            case ast.Name(id="BaseException"):
                yield Change(handler, (source.replace(handler.type, "Exception"),))
            case ast.Name(id="Exception"):
                yield Change(handler, (source.replace(handler.type, "ValueError"),))


@operator(
    "widen-except",
    es="Captura cualquier Exception.",
    en="Catches any Exception.",
)
def widen_except(source: Source) -> Iterator[Change]:
    """`except ValueError` → `except Exception`."""
    for handler in source.nodes(ast.ExceptHandler):
        if handler.type is not None and name_of(handler.type) not in _WIDE:
            yield Change(handler, (source.replace(handler.type, "Exception"),))


@operator(
    "except-base",
    es="Captura también la cancelación.",
    en="Catches cancellation too.",
)
def except_base(source: Source) -> Iterator[Change]:
    """`except ValueError` → `except BaseException`."""
    for handler in source.nodes(ast.ExceptHandler):
        if handler.type is not None and name_of(handler.type) != "BaseException":
            yield Change(handler, (source.replace(handler.type, "BaseException"),))


@operator(
    "raise-again",
    es="Deja pasar un error que se trataba.",
    en="Lets an error pass that was handled.",
)
def raise_again(source: Source) -> Iterator[Change]:
    """A first statement `raise` in an `except`."""
    for handler in source.nodes(ast.ExceptHandler):
        if source.indent(handler.body[0]) is not None:
            yield Change(handler, (source.before(handler.body[0], "raise"),))


@operator(
    "swallow-in-except",
    es="Calla el error que un except debía volver a lanzar.",
    en="Keeps quiet about the error that an except should raise again.",
)
def swallow_in_except(source: Source) -> Iterator[Change]:
    """`raise` in an `except` → `pass`."""
    for statement in source.nodes(ast.Raise):
        if any(isinstance(one, ast.ExceptHandler) for one in source.around(statement)):
            yield Change(statement, (source.replace(statement, "pass"),))


@operator(
    "drop-raise",
    es="No lanza un error.",
    en="Does not raise an error.",
)
def drop_raise(source: Source) -> Iterator[Change]:
    """`raise x` outside of an `except` → `pass`."""
    for statement in source.nodes(ast.Raise):
        if not any(isinstance(one, ast.ExceptHandler) for one in source.around(statement)):
            yield Change(statement, (source.replace(statement, "pass"),))


@operator(
    "reorder-except",
    es="Intercambia dos except.",
    en="Swaps two except clauses.",
)
def reorder_except(source: Source) -> Iterator[Change]:
    """`except A: …`, `except B: …` → `except B: …`, `except A: …`."""
    blocks: list[ast.Try | ast.TryStar] = [*source.nodes(ast.Try), *source.nodes(ast.TryStar)]
    for block in blocks:
        for first, second in zip(block.handlers, block.handlers[1:], strict=False):
            edits = (
                source.replace(first, source.text_of(second)),
                source.replace(second, source.text_of(first)),
            )
            yield Change(first, edits)


@operator(
    "no-cause",
    es="Lanza un error sin su causa.",
    en="Raises an error without its cause.",
)
def no_cause(source: Source) -> Iterator[Change]:
    """`raise A from b` → `raise A`."""
    for statement in source.nodes(ast.Raise):
        if statement.exc is not None and statement.cause is not None:
            text = f"raise {source.text_of(statement.exc)}"
            yield Change(statement, (source.replace(statement, text),))
