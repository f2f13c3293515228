"""What the reference solution's source says, which is read and never run outside the sandbox."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.kit import wire

_ORDER = frozenset(("__lt__", "__le__", "__gt__", "__ge__"))
_EQUAL = frozenset(("__eq__", "__ne__"))
_NOTHING: frozenset[str] = frozenset()
_OF_SETS = frozenset((*wire.COMPARISONS, "__and__", "__or__", "__sub__", "__xor__"))
# What classes of collections.abc define for those that extend them.
_MIXED_IN = {
    "Set": _OF_SETS,
    "MutableSet": _OF_SETS,
    "Mapping": _EQUAL,
    "MutableMapping": _EQUAL,
}


@dataclass(slots=True)
class Outline:
    """The names at a module's top level.

    classes    Each with the names of its bases.
    constants  Names with a literal value.
    operators  Of each class, also of one within another: the operators that it defines.
    """

    functions: set[str] = field(default_factory=set)
    classes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    operators: dict[str, frozenset[str]] = field(default_factory=dict)


def read_outlines(sources: Mapping[str, bytes]) -> dict[str, Outline]:
    """Return the outline of each file, by its module's name; empty for one that is not Python."""
    return {name.removesuffix(".py"): _outline(source) for name, source in sources.items()}


def names_of(outlines: Mapping[str, Outline]) -> set[str]:
    """Return all names at the top level of a solution's files."""
    found: set[str] = set()
    for outline in outlines.values():
        found.update(outline.functions, outline.classes, outline.constants)
    return found


def own_operators(outlines: Mapping[str, Outline]) -> dict[str, frozenset[str]]:
    """Return the operators that the classes of a solution define, by the class's name."""
    found: dict[str, frozenset[str]] = {}
    for outline in outlines.values():
        for name, operators in outline.operators.items():
            found[name] = found.get(name, frozenset()) | operators
    return found


def _outline(source: bytes) -> Outline:
    outline = Outline()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return outline
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            outline.functions.add(node.name)
        elif isinstance(node, ast.ClassDef):
            outline.classes[node.name] = tuple(map(_last_name, node.bases))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for name in _assigned(node):
                outline.constants[name] = _literal(node.value)
    bases: dict[str, tuple[str, ...]] = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.ClassDef):
            outline.operators[one.name] = _operators(one)
            bases[one.name] = tuple(map(_last_name, one.bases))
    for name in list(outline.operators):
        inherited = [outline.operators.get(base, frozenset()) for base in _ancestors(name, bases)]
        outline.operators[name] = outline.operators[name].union(*inherited)
    return outline


def _ancestors(name: str, bases: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    left = [name]
    while left:
        new = set(bases.get(left.pop(), ())) - found
        found |= new
        left += new
    return found


def _operators(node: ast.ClassDef) -> frozenset[str]:
    names = {
        one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    for one in node.body:
        if isinstance(one, ast.Assign | ast.AnnAssign):
            names.update(_assigned(one))
    decorators = " ".join(map(ast.unparse, node.decorator_list))
    if names & _ORDER or "total_ordering" in decorators or "order=True" in decorators:
        names |= _ORDER
    if "__eq__" in names:
        names |= _EQUAL
    for base in map(_last_name, node.bases):
        names |= _MIXED_IN.get(base, _NOTHING)
    for name in wire.BINARY:
        # One that defines a + b may define b + a and a += b as well.
        plain = name.strip("_")
        if f"__{plain}__" in names:
            names |= {f"__r{plain}__", f"__i{plain}__"}
    return frozenset(names)


def _assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        for one in ast.walk(target):
            if isinstance(one, ast.Name):
                yield one.id


def _last_name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _literal(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node else None
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None


def source_of(text: str, qualified_name: str) -> str | None:
    """Return the text of a function or class of a file, as `inspect.getsource` does; or None.

    An empty name is the whole file.
    """
    if not qualified_name:
        return text
    try:
        node: Any = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for name in qualified_name.split("."):
        found = [one for one in node.body if getattr(one, "name", None) == name]
        if not found:
            return None
        node = found[-1]
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return "".join(text.splitlines(keepends=True)[first - 1 : node.end_lineno])
