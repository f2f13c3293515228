"""Which files beside the tests the students' programs use, too: the exercise gives them those."""

import ast
from collections.abc import Iterable, Iterator, Mapping


def find_given(programs: Iterable[bytes], beside: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the names in `beside` that the programs import or name, and what those import."""
    found: set[str] = set()
    waiting = list(programs)
    while waiting:
        for name in _named(waiting.pop()):
            if name in beside and name not in found:
                found.add(name)
                waiting += [beside[name]] if name.endswith(".py") else []
    return tuple(name for name in beside if name in found)


def _named(source: bytes) -> Iterator[str]:
    """Yield the files that a program's imports and literal strings may mean."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"{one.name}.py" for one in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield f"{module}.py"
            case ast.Constant(value=str(words)):
                yield words
