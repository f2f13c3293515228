"""What the submission's source uses, without running it: for demands on how it is written."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from graders.kit.expect import CheckEnded, require
from graders.kit.messages.code import as_code
from graders.report import Verdict
from graders.text import Text

_CONSTRUCTS: Final[dict[str, tuple[type[ast.AST], ...]]] = {
    "async for": (ast.AsyncFor,),
    "async with": (ast.AsyncWith,),
    "await": (ast.Await,),
    "class": (ast.ClassDef,),
    "comprehension": (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "for": (ast.For, ast.AsyncFor),
    "global": (ast.Global, ast.Nonlocal),
    "lambda": (ast.Lambda,),
    "match": (ast.Match,),
    "try": (ast.Try, ast.TryStar),
    "while": (ast.While,),
    "with": (ast.With, ast.AsyncWith),
    "yield": (ast.Yield, ast.YieldFrom),
}


@dataclass(frozen=True, slots=True)
class Use:
    """Where something is used; `file` is empty for the first file."""

    line: int
    file: str


class Source:
    """The submission's files, as syntax trees.

    What is asked for is a dotted name, as "asyncio.gather" or "sorted", found under whatever name
    it was imported, or a construct: "async for", "async with", "await", "class", "comprehension",
    "for", "global", "lambda", "match", "try", "while", "with", "yield". "threading" stands for
    everything of that module. A program can hide a name from this, as with getattr(): it judges how
    an honest program is written, not what a program does.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self._trees: dict[str, ast.Module] = {}
        for number, (name, source) in enumerate(files.items()):
            try:
                self._trees["" if number == 0 else name] = ast.parse(source)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                words = _UNREADABLE.format(file=name, why=str(error)[:200])
                line = getattr(error, "lineno", None) if number == 0 else None
                raise CheckEnded(Verdict.FAILED, words, line) from None

    @property
    def trees(self) -> Mapping[str, ast.Module]:
        """The syntax tree of each file by its name; that of the first file has the name ""."""
        return self._trees

    def find(self, what: str) -> list[Use]:
        """Return where a name or construct is used, in the order of the files and lines."""
        return [
            Use(line, file)
            for file, tree in self._trees.items()
            for line in sorted(set(_lines(tree, what)))
        ]

    def must_use(self, *what: str) -> None:
        """End the check as failed unless one of these is used."""
        names = " / ".join(map(as_code, what))
        words = _MISSING.format(names=names)
        require(any(map(self.find, what)), words.es, words.en)

    def must_not_use(self, *what: str) -> None:
        """End the check as failed at the first use of one of these."""
        for name in what:
            for use in self.find(name):
                words = (_FORBIDDEN_IN if use.file else _FORBIDDEN).format(
                    name=name, line=use.line, file=use.file
                )
                require(False, words.es, words.en, line=None if use.file else use.line)


def _lines(tree: ast.Module, what: str) -> Iterator[int]:
    if kinds := _CONSTRUCTS.get(what):
        yield from (one.lineno for one in ast.walk(tree) if isinstance(one, kinds))  # type: ignore[attr-defined]
        return
    imported = dict(_imported(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names) | ast.ImportFrom(names=names):
                found = [_full_name(node, alias) for alias in names]
            case ast.Name() | ast.Attribute():
                found = [_resolve(node, imported)]
            case _:
                continue
        if any(name == what or name.startswith(f"{what}.") for name in found):
            yield node.lineno


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what each imported name stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                full = _full_name(node, alias)
                is_whole = isinstance(node, ast.Import) and not alias.asname
                yield (
                    (full.partition(".")[0],) * 2
                    if is_whole
                    else (alias.asname or alias.name, full)
                )


def _full_name(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    module = node.module if isinstance(node, ast.ImportFrom) else None
    return f"{module}.{alias.name}" if module else alias.name


def _resolve(node: ast.expr, imported: Mapping[str, str]) -> str:
    """Return the full name that an expression refers to; "" if it is no name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imported.get(node.id, node.id), *reversed(parts)])


_UNREADABLE: Final = Text(
    "{file} no se puede leer como Python: {why}",
    "{file} cannot be read as Python: {why}",
)
_MISSING: Final = Text(
    "Tu programa no usa {names}, y el enunciado lo pide.",
    "Your program does not use {names}, and the statement asks for it.",
)
_FORBIDDEN: Final = Text(
    "Tu programa usa `{name}` en la línea {line}, y el enunciado no lo permite.",
    "Your program uses `{name}` in line {line}, and the statement does not allow it.",
)
_FORBIDDEN_IN: Final = Text(
    "Tu programa usa `{name}` en la línea {line} de {file}, y el enunciado no lo permite.",
    "Your program uses `{name}` in line {line} of {file}, and the statement does not allow it.",
)
