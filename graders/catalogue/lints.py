"""Checks of the source that exercise.toml asks for: rules of ruff, and what a program uses.

[[lint]]
rules = ["ASYNC", "RUF006"]
points = 1

[[lint]]
must_use = ["asyncio.gather", "asyncio.TaskGroup"]
must_not_use = ["time.sleep"]
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graders.catalogue.descriptions import read_text
from graders.catalogue.errors import ManifestError
from graders.kit.lint import Lint
from graders.text import Text

MOST_LINTS: Final = 10
_KEYS: Final = (
    *("rules", "options", "must_use", "must_not_use"),
    *("name", "title", "points", "hidden"),
)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_USE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_. ]{0,79}")


@dataclass(frozen=True, slots=True)
class LintEntry:
    """One such check.

    demand    Rules of ruff; None if it demands none.
    must_use  Names or constructs of which the program uses at least one (`graders.kit.Source`).
    """

    name: str
    title: Text
    points: float
    is_hidden: bool
    demand: Lint | None
    must_use: tuple[str, ...]
    must_not_use: tuple[str, ...]


def read_lints(where: Path) -> tuple[LintEntry, ...]:
    """Return the checks of [[lint]] in a manifest, in its order.

    Raises:
        ManifestError: one is not written as it must be.
    """
    try:
        tables = tomllib.loads(where.read_text("utf-8")).get("lint", [])
    except (FileNotFoundError, IsADirectoryError):
        return ()
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise _bad(where, "[[lint]]", 'rules = ["ASYNC", "RUF006"]')
    if len(tables) > MOST_LINTS:
        raise ManifestError(
            f"{where}: hay más de {MOST_LINTS} tablas [[lint]]; junta reglas en una",
            f"{where}: there are more than {MOST_LINTS} tables [[lint]]; put rules together in one",
        )
    entries = tuple(_entry(where, number, table) for number, table in enumerate(tables, 1))
    names = [entry.name for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise ManifestError(
                f"{where}: dos tablas [[lint]] se llaman {name}; dale otro name a una",
                f"{where}: two tables [[lint]] are called {name}; give one another name",
            )
    return entries


def _entry(where: Path, number: int, table: Mapping[str, Any]) -> LintEntry:
    if "mypy" in (table.get("tool"), *_as_list(table.get("rules"))) or "mypy" in table:
        raise ManifestError(
            f"{where}: [[lint]] no usa mypy, que cualquiera hace callar con Any o cast; "
            'rules = ["ANN"] exige que las funciones lleven anotaciones',
            f"{where}: [[lint]] does not use mypy, which anybody silences by Any or cast; "
            'rules = ["ANN"] demands that functions are annotated',
        )
    if unknown := ", ".join(sorted(set(table) - set(_KEYS))):
        raise ManifestError(
            f"{where}: clave desconocida en [[lint]]: {unknown}; las hay: {', '.join(_KEYS)}",
            f"{where}: unknown {unknown} in [[lint]]; there are: {', '.join(_KEYS)}",
        )
    name = table.get("name", "lint" if number == 1 else f"lint_{number}")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _bad(where, "name", 'name = "style"')
    points, hidden = table.get("points", 1), table.get("hidden", False)
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points < 1e6:
        raise _bad(where, "points", "points = 0.5")
    if not isinstance(hidden, bool):
        raise _bad(where, "hidden", "hidden = true")
    demand = _demand(where, table)
    must_use, must_not_use = _uses(where, table, "must_use"), _uses(where, table, "must_not_use")
    if not demand and not must_use and not must_not_use:
        raise _bad(where, "[[lint]]", 'rules = ["ASYNC", "RUF006"]')
    title = read_text(where, table, "title") or _title(demand, must_use, must_not_use)
    return LintEntry(name, title, float(points), hidden, demand, must_use, must_not_use)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _demand(where: Path, table: Mapping[str, Any]) -> Lint | None:
    if "rules" not in table and "options" not in table:
        return None
    rules, options = table.get("rules"), table.get("options", {})
    if not isinstance(rules, list):
        raise _bad(where, "rules", 'rules = ["ASYNC", "RUF006"]')
    if not isinstance(options, dict):
        raise _bad(where, "options", 'options = { "mccabe.max-complexity" = 8 }')
    try:
        return Lint(tuple(rules), options)
    except ValueError as error:
        raise ManifestError(
            f'{where}: [[lint]] se escribe así: rules = ["ASYNC", "RUF006"], y si hace falta '
            'options = { "mccabe.max-complexity" = 8 }',
            f"{where}: [[lint]]: {error}",
        ) from None


def _uses(where: Path, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    names = table.get(key, [])
    if not isinstance(names, list) or not all(
        isinstance(name, str) and _USE.fullmatch(name) for name in names
    ):
        raise _bad(where, key, f'{key} = ["asyncio.gather", "while"]')
    return tuple(names)


def _title(demand: Lint | None, must_use: tuple[str, ...], must_not_use: tuple[str, ...]) -> Text:
    parts = []
    if must_use:
        es, en = " o ".join(must_use), " or ".join(must_use)
        parts.append(Text(f"El programa usa {es}", f"The program uses {en}"))
    if must_not_use:
        names = ", ".join(must_not_use)
        parts.append(Text(f"El programa no usa {names}", f"The program does not use {names}"))
    if demand:
        rules = ", ".join(demand.rules)
        found = Text(f"El linter ruff no encuentra nada ({rules})", f"ruff finds nothing ({rules})")
        parts.append(found)
    title = parts[0]
    for part in parts[1:]:
        title = title + Text.same(". ") + part
    return title


def _bad(where: Path, key: str, example: str) -> ManifestError:
    return ManifestError(
        f"{where}: {key} se escribe así: {example}",
        f"{where}: {key} is written like this: {example}",
    )
