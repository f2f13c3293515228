"""The checks of a suite as its file states them, read without running it."""

import ast
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graders.catalogue.errors import ManifestError
from graders.catalogue.lints import read_lints
from graders.kit.checks.marks import title_of
from graders.text import Text

_PREFIX: Final = "test_"
_SIGNS: Final = {"bonus": 1, "deduction": -1}


@dataclass(frozen=True, slots=True)
class OutlinedCheck:
    """One check: what it requires, and what that is worth.

    name    Without `test_`, as results name it.
    points  None if the suite computes them.
    extra   What it adds beyond the points, or, if negative, takes off.
    needs   Names of the checks without which it is not run.
    """

    name: str
    title: Text
    points: float | None
    is_hidden: bool
    needs: tuple[str, ...]
    extra: float = 0.0


def outline_checks(suite: Path) -> tuple[OutlinedCheck, ...]:
    """Return the checks that a suite's file writes out, in its order, and those of [[lint]].

    A check that the suite makes while it runs is not among them; a title that it computes is the
    check's name. Empty if the file is not Python. Takes some milliseconds: call it in a thread.
    """
    try:
        tree = ast.parse(suite.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    written = (
        _outline(node)
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith(_PREFIX)
    )
    return (*written, *_lints(suite.parent / "exercise.toml"))


def _lints(manifest: Path) -> Iterator[OutlinedCheck]:
    with suppress(ManifestError, ValueError):  # whoever loads the exercise is told
        for entry in read_lints(manifest):
            yield OutlinedCheck(entry.name, entry.title, entry.points, entry.is_hidden, ())


def _outline(check: ast.FunctionDef | ast.AsyncFunctionDef) -> OutlinedCheck:
    name = check.name.removeprefix(_PREFIX)
    marks = list(_marks(check))
    extra = _extra(marks)
    worth = [
        arguments[0] if arguments else None for mark, arguments, _ in marks if mark == "points"
    ]
    titles = [words for mark, _, words in marks if mark == "title"]
    return OutlinedCheck(
        name=name,
        title=_title(titles, title_of(ast.get_docstring(check), name)),
        points=0.0 if extra else _number(worth[0]) if worth else 1.0,
        is_hidden=any(mark == "hidden" for mark, *_ in marks),
        needs=tuple(
            other
            for mark, arguments, _ in marks
            if mark == "needs"
            for other in arguments
            if isinstance(other, str)
        ),
        extra=extra,
    )


def _extra(marks: list[tuple[str, list[Any], dict[str, Any]]]) -> float:
    """Return what a bonus adds or a deduction takes off; 0 for any other check."""
    for mark, arguments, _ in marks:
        if mark in _SIGNS and arguments and (worth := _number(arguments[0])):
            return _SIGNS[mark] * worth
    return 0.0


def _marks(
    check: ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[str, list[Any], dict[str, Any]]]:
    """Yield name, arguments and keywords of each decorator, None for what is no literal."""
    for decorator in check.decorator_list:
        if isinstance(decorator, ast.Call):
            arguments = [_literal(one) for one in decorator.args]
            words = {one.arg: _literal(one.value) for one in decorator.keywords if one.arg}
            yield _name(decorator.func), arguments, words
        else:
            yield _name(decorator), [], {}


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None


def _title(titles: list[dict[str, Any]], usual: str) -> Text:
    match titles:
        # The topmost decorator is applied last.
        case [{"es": str(es), "en": str(en)}, *_]:
            return Text(es, en)
        case [{"es": str(words), **rest} | {"en": str(words), **rest}, *_] if not rest:
            return Text.same(words)
    return Text.same(usual)


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]
