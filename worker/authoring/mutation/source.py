"""A program's text with its syntax tree, and edits of that text.

The text stays as it is wherever nothing changes, so that a diff shows the change and nothing else.
Positions in Python's syntax tree count bytes of UTF-8, and so do edits.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, TypeAlias, TypeVar

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Node = TypeVar("_Node", bound=ast.AST)
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_FUTURE: Final = "__future__"


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


class Source:
    """One file of a program.

    Raises:
        SyntaxError: it is not Python of this version.
    """

    def __init__(self, text: str) -> None:
        self.text, self._data = text, text.encode("utf-8")
        self.tree = ast.parse(text)
        lines = self._data.splitlines(keepends=True)
        self._starts = [0, *accumulate(len(line) for line in lines)]
        self._parents: dict[ast.AST, ast.AST] = {}
        self._nodes = list(self._walk(self.tree))

    def _walk(self, node: ast.AST) -> Iterator[ast.AST]:
        yield node
        # Before Python 3.12 nodes inside an f-string have positions that are not theirs.
        if isinstance(node, ast.JoinedStr):
            return
        for child in ast.iter_child_nodes(node):
            self._parents[child] = node
            yield from self._walk(child)

    def nodes(self, kind: type[_Node]) -> Iterator[_Node]:
        """Yield the nodes of a kind in the order of the text."""
        return (node for node in self._nodes if isinstance(node, kind))

    def functions(self) -> Iterator[Function]:
        """Yield every function, synchronous or not."""
        return (
            node for node in self._nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )

    def parent(self, node: ast.AST) -> ast.AST:
        """Return the node that contains this one; the module contains itself."""
        return self._parents.get(node, self.tree)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes that contain this one, the innermost first."""
        while node in self._parents:
            node = self._parents[node]
            yield node

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement that is, or contains, this node."""
        return next(one for one in (node, *self.around(node)) if isinstance(one, ast.stmt))

    def function(self, node: ast.AST) -> Function | None:
        """Return the innermost function around a node; None in a lambda and outside of any."""
        for one in self.around(node):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                return one
            if isinstance(one, ast.Lambda):
                return None
        return None

    def is_in_async(self, node: ast.AST) -> bool:
        """Whether an await may stand here."""
        return isinstance(self.function(node), ast.AsyncFunctionDef)

    def within(self, node: ast.AST) -> str:
        """Return the dotted name of the function or class around a node, itself included; or ""."""
        scopes = [one.name for one in (node, *self.around(node)) if isinstance(one, _SCOPES)]
        return ".".join(reversed(scopes))

    def block(self, statement: ast.stmt) -> Sequence[ast.stmt]:
        """Return the statements among which this one stands."""
        parent = self.parent(statement)
        for _, values in ast.iter_fields(parent):
            if isinstance(values, list) and statement in values:
                return values
        return [statement]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return the positions of a node's first byte and of the one after its last."""
        placed = node
        if not isinstance(placed, ast.expr | ast.stmt | ast.ExceptHandler | ast.keyword | ast.arg):
            raise TypeError(f"{type(node).__name__} has no position")
        end_line, end_column = placed.end_lineno or 0, placed.end_col_offset or 0
        start = self._starts[placed.lineno - 1] + placed.col_offset
        return start, self._starts[end_line - 1] + end_column

    def text_of(self, node: ast.AST) -> str:
        """Return a node's text."""
        start, end = self.span(node)
        return self.slice(start, end)

    def slice(self, start: int, end: int) -> str:
        """Return the text between two positions."""
        return self._data[start:end].decode("utf-8")

    def find(self, text: str, start: int) -> int:
        """Return the position of the first `text` from `start` on; -1 if there is none."""
        return self._data.find(text.encode(), start)

    def rfind(self, text: str, end: int) -> int:
        """Return the position of the last `text` before `end`; -1 if there is none."""
        return self._data.rfind(text.encode(), 0, end)

    def line_start(self, position: int) -> int:
        """Return the position at which the line of this one begins."""
        return self._data.rfind(b"\n", 0, position) + 1

    def line_end(self, position: int) -> int:
        """Return the position after the end of the line of this one."""
        found = self._data.find(b"\n", position)
        return len(self._data) if found < 0 else found + 1

    def indent(self, statement: ast.stmt) -> str | None:
        """Return what stands before a statement that has its lines for itself; else None."""
        start, end = self.span(statement)
        before = self.slice(self.line_start(start), start)
        after = self.slice(end, self.line_end(end)).strip()
        return None if before.strip() or (after and not after.startswith("#")) else before

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Return the edit that puts `text` between two positions."""
        return Edit(start, end, text)

    def replace(self, node: ast.AST, text: str) -> Edit:
        """Return the edit that puts `text` in a node's place."""
        return Edit(*self.span(node), text)

    def drop(self, statement: ast.stmt) -> Edit:
        """Return the edit that takes a statement out, or puts `pass` where one is needed."""
        start, end = self.span(statement)
        if self.indent(statement) is None or len(self.block(statement)) == 1:
            return Edit(start, end, "pass")
        return Edit(self.line_start(start), self.line_end(end), "")

    def before(self, statement: ast.stmt, *lines: str) -> Edit:
        """Return the edit that puts lines before a statement that has its lines for itself."""
        start = self.line_start(self.span(statement)[0])
        indent = self.indent(statement) or ""
        return Edit(start, start, "".join(f"{indent}{line}\n" for line in lines))

    def after(self, statement: ast.stmt, *lines: str) -> Edit:
        """Return the edit that puts lines after a statement that has its lines for itself."""
        start, end = self.span(statement)
        end = self.line_end(end)
        indent = self.slice(self.line_start(start), start)
        head = "" if self.slice(end - 1, end) == "\n" else "\n"
        return Edit(end, end, head + "".join(f"{indent}{line}\n" for line in lines))

    def indented(self, statement: ast.stmt) -> str:
        """Return a statement's lines, one step further in; the text in strings moves along."""
        start, end = self.span(statement)
        lines = self.slice(self.line_start(start), end).splitlines()
        return "\n".join(f"    {line}" if line.strip() else line for line in lines)

    def apply(self, edits: Sequence[Edit]) -> str:
        """Return the text with the edits made."""
        data = self._data
        for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
            data = data[: edit.start] + edit.text.encode() + data[edit.end :]
        return data.decode("utf-8")

    def at_top(self, *lines: str) -> Edit:
        """Return the edit that puts lines after the docstring and the imports at the top."""
        last = 0
        for place, one in enumerate(self.tree.body):
            is_docstring = place == 0 and is_text(one)
            if not (is_docstring or isinstance(one, ast.Import | ast.ImportFrom)):
                break
            last = self.line_end(self.span(one)[1])
        return Edit(last, last, "".join(f"{line}\n" for line in lines))

    def imports(self, module: str) -> bool:
        """Whether the file says `import module` at its top, without another name."""
        return any(
            alias.name == module and alias.asname is None
            for one in self.tree.body
            if isinstance(one, ast.Import)
            for alias in one.names
        )


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is only a string, such as a docstring."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
