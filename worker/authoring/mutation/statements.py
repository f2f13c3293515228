"""Operators on constants, conditions and whole statements."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.operators import Change, last_name, operator
from worker.authoring.mutation.source import Source, is_text

_MESSAGES: Final = ("print", "info", "warning", "debug", "exception")


@operator("other-number", es="Cambia un número.", en="Changes a number.")
def other_number(source: Source) -> Iterator[Change]:
    """`2` → `3`."""
    for node in source.nodes(ast.Constant):
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            yield Change(node, (source.replace(node, repr(node.value + 1)),))


@operator("other-text", es="Cambia un texto.", en="Changes a text.")
def other_text(source: Source) -> Iterator[Change]:
    """`"error"` → `"error?"`; texts that only people read are left alone."""
    for node in source.nodes(ast.Constant):
        if not isinstance(node.value, str) or _is_read_by_people(source, node):
            continue
        yield Change(node, (source.replace(node, repr(f"{node.value}?")),))


@operator("other-flag", es="Cambia True por False o al revés.", en="Turns True and False around.")
def other_flag(source: Source) -> Iterator[Change]:
    """`True` ↔ `False`."""
    for node in source.nodes(ast.Constant):
        parent = source.parent(node)
        is_gathers = isinstance(parent, ast.keyword) and parent.arg == "return_exceptions"
        is_endless = isinstance(parent, ast.While)
        is_caution = isinstance(parent, ast.keyword) and parent.arg in ("strict", "flush")
        if isinstance(node.value, bool) and not (is_gathers or is_endless or is_caution):
            yield Change(node, (source.replace(node, str(not node.value)),))


@operator(
    "truth-for-none",
    es="Pregunta si algo es falso en lugar de si es None.",
    en="Asks whether something is false in place of whether it is None.",
)
def truth_for_none(source: Source) -> Iterator[Change]:
    """`x is None` → `not x`; `x is not None` → `x`."""
    for node in source.nodes(ast.Compare):
        right = node.comparators[0]
        if len(node.ops) != 1 or not isinstance(right, ast.Constant) or right.value is not None:
            continue
        text = source.text_of(node.left)
        if isinstance(node.left, ast.NamedExpr):
            text = f"({text})"
        if isinstance(node.ops[0], ast.Is):
            yield Change(node, (source.replace(node, f"not {text}"),))
        elif isinstance(node.ops[0], ast.IsNot):
            yield Change(node, (source.replace(node, text),))


@operator("other-condition", es="Niega una condición.", en="Negates a condition.")
def other_condition(source: Source) -> Iterator[Change]:
    """`if x` → `if not (x)`."""
    conditional: list[ast.If | ast.IfExp] = [*source.nodes(ast.If), *source.nodes(ast.IfExp)]
    for node in conditional:
        yield Change(node.test, (source.replace(node.test, f"not ({source.text_of(node.test)})"),))


@operator(
    "return-none",
    es="Devuelve None en lugar del resultado.",
    en="Returns None in place of the result.",
)
def return_none(source: Source) -> Iterator[Change]:
    """`return x` → `x` and then `return None`."""
    for statement in source.nodes(ast.Return):
        value = statement.value
        is_none = isinstance(value, ast.Constant) and value.value is None
        if value is not None and not is_none and source.indent(statement) is not None:
            edits = source.before(statement, *source.text_of(value).splitlines()[:1])
            if "\n" not in source.text_of(value):
                yield Change(statement, (edits, source.replace(statement, "return None")))


@operator(
    "return-early",
    es="Vuelve antes de la última instrucción.",
    en="Returns before the last statement.",
)
def return_early(source: Source) -> Iterator[Change]:
    """`return` before the last statement of a function, if that is no `return` itself."""
    for function in source.functions():
        last = function.body[-1]
        is_more = len(function.body) > 1 and not is_text(function.body[-2])
        is_other = not isinstance(last, ast.Return | ast.FunctionDef | ast.AsyncFunctionDef)
        if is_more and is_other and source.indent(last) is not None:
            yield Change(last, (source.before(last, "return"),))


@operator("drop-statement", es="Quita una instrucción.", en="Leaves out a statement.")
def drop_statement(source: Source) -> Iterator[Change]:
    """A call, an assignment to an attribute or item, `x += 1` or `del x` is left out."""
    for statement in source.nodes(ast.stmt):
        match statement:
            case ast.Expr():
                is_dropped = not isinstance(statement.value, ast.Constant)
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                is_dropped = True
            case ast.AugAssign() | ast.Delete() | ast.Break() | ast.Continue():
                is_dropped = True
            case _:
                is_dropped = False
        if is_dropped:
            yield Change(statement, (source.drop(statement),))


def _is_read_by_people(source: Source, node: ast.AST) -> bool:
    for one in source.around(node):
        if isinstance(one, ast.Raise | ast.JoinedStr | ast.arg | ast.AnnAssign):
            return True
        if isinstance(one, ast.Call) and last_name(one) in _MESSAGES:
            return True
        if isinstance(one, ast.stmt):
            return is_text(one)
    return False
