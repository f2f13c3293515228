"""What a mutation operator is: a named kind of change, and where a program allows it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from graders.text import Text
from worker.authoring.mutation.source import Edit, Source


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one file.

    at       Where it is made; the function around it gives the change its place.
    imports  Modules that the changed file needs.
    helper   Code that it needs, put after the imports.
    """

    at: ast.AST
    edits: tuple[Edit, ...]
    imports: tuple[str, ...] = ()
    helper: str = ""


Find: TypeAlias = Callable[[Source], Iterator[Change]]


@dataclass(frozen=True, slots=True)
class Operator:
    """A kind of change.

    name   Stable: `mutants.toml` of exercises and `--operator` name it.
    about  What it does, a sentence.
    find   Yields every change of this kind that a file allows.
    """

    name: str
    about: Text
    find: Find


def operator(name: str, *, es: str, en: str) -> Callable[[Find], Operator]:
    """Make an operator of a generator of changes."""
    return lambda find: Operator(name, Text(es, en), find)


def name_of(node: ast.AST) -> str:
    """Return the dotted name of a name or attribute; "" for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = name_of(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def last_name(node: ast.AST) -> str:
    """Return the last part of what is called, as "gather" of `asyncio.gather(…)`."""
    called = node.func if isinstance(node, ast.Call) else node
    return name_of(called).rpartition(".")[2]


def awaits(node: ast.AST) -> bool:
    """Whether a statement waits for something, outside of functions defined in it."""
    if isinstance(node, ast.Await):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return False
    return any(awaits(child) for child in ast.iter_child_nodes(node))


def yields(function: ast.AST) -> bool:
    """Whether a function is a generator."""
    for child in ast.iter_child_nodes(function):
        if isinstance(child, ast.Yield | ast.YieldFrom):
            return True
        inner = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if not inner and yields(child):
            return True
    return False
