"""Reads a student's program in a process of its own; standard library only, nothing is run.

Reads from its input {"files": {name: source}, "asked": {name: [names]}} and writes what stands
against the program: {} | {"file", "line", "reason"} | {"file", "missing"}.
"""

import ast
import json
import resource
import sys
from collections.abc import Iterable
from typing import Any, Final

_CPU_SECONDS: Final = 5
_MEMORY_BYTES: Final = 512 * 1024 * 1024
# A program that uses one of these may define anything.
_DYNAMIC: Final = frozenset({"exec", "eval", "globals", "vars", "locals", "setattr", "__getattr__"})


def main() -> None:
    """Answer the request on the standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin)
    json.dump(find_fault(request["files"], request["asked"]), sys.stdout)


def find_fault(files: dict[str, str], asked: dict[str, list[str]]) -> dict[str, Any]:
    """Return the first thing that stands against the program; empty if nothing does."""
    for name, source in files.items():
        try:
            compile(source, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            return {"file": name, "line": error.lineno or 1, "reason": error.msg}
        except ValueError as error:
            return {"file": name, "line": 1, "reason": str(error)}
    for name, wanted in asked.items():
        missing = find_missing(files[name], wanted)
        if missing:
            return {"file": name, "missing": missing}
    return {}


def find_missing(source: str, wanted: Iterable[str]) -> list[str]:
    """Return the names that the module certainly does not define."""
    defined: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        # Also what only a function or class defines counts: it may be handed on.
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            defined.add(node.name)
        elif isinstance(node, ast.Name):
            defined.add(node.id)
        elif isinstance(node, ast.alias):
            defined.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            defined.add(node.name)
        elif isinstance(node, ast.Global):
            defined.update(node.names)
    if "*" in defined or not defined.isdisjoint(_DYNAMIC):
        return []
    return [name for name in wanted if name not in defined]


if __name__ == "__main__":
    main()
