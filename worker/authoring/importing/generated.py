"""A suite that is made of what is no test file: how tests are written into it."""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from textwrap import indent
from typing import Final

_BUILTIN: Final = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Generated:
    """A suite that was made, and what it was made of.

    tests      Names of its tests.
    starter, reference  Content by file name; empty if they are not in what it was made of.
    used       The files that it was made of, and that it does not need.
    style      As in exercise.toml.
    """

    module: str
    suite: bytes
    tests: tuple[str, ...]
    used: frozenset[PurePosixPath]
    starter: dict[str, bytes] = field(default_factory=dict)
    reference: dict[str, bytes] = field(default_factory=dict)
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class GeneratedTest:
    """One test: `body` are statements, which take `names` from the student's module."""

    name: str
    title: str
    body: str
    names: tuple[str, ...]
    points: float = 1.0
    is_hidden: bool = False

    def to_source(self, module: str) -> str:
        """Return the test function."""
        marks = [f"@points({self.points:g})"] if self.points != 1 else []
        marks += ["@hidden"] if self.is_hidden else []
        imports = [f"from {module} import {', '.join(self.names)}", ""] if self.names else []
        body = "\n".join([repr(self.title), *imports, self.body])
        return "\n".join([*marks, f"def test_{self.name}():", indent(body, "    ", bool)])


def to_suite(tests: Iterable[GeneratedTest], module: str, source: str, head: str) -> bytes:
    """Return a suite's file; `source` says what it was made of, `head` is code of its own."""
    first = f'"""Made of {source} by `semaforo suite import`."""\n'
    imports = "from graders.kit import hidden, points\n"
    functions = [test.to_source(module) for test in tests]
    used = imports if any("@points" in one or "@hidden" in one for one in functions) else ""
    return ("\n\n".join(filter(None, [first + "\n" + used + head, *functions])) + "\n").encode()


def free_names(tree: ast.AST) -> tuple[str, ...]:
    """Return the names that code uses and nowhere gives a value, in order."""
    given = set(_BUILTIN) | set(_assigned_names(tree))
    used = (
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )
    return tuple(dict.fromkeys(name for name in used if name not in given))


def _assigned_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Store()) | ast.arg(name):
                yield name
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case ast.Import(names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name.partition(".")[0] for alias in names)


def to_identifier(name: str) -> str:
    """Return a name that a function may bear."""
    plain = "".join(c if c.isalnum() else "_" for c in name).strip("_").lower()
    return plain or "unnamed"
