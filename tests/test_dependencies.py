"""Packages: what the product imports is declared, and its licences allow ours."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

from tests.test_architecture import FILES, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PRODUCT = ("graders", "server", "worker", "semaforo", "migrations")
# `graders/kit/wire` under the name that it has inside the sandbox.
INSIDE = {"wire"}
# Copyleft that extends to programs which import the package. LGPL is not in it: bubblewrap is a
# program that we start.
REFUSED = re.compile(r"\b(A?GPL|SSPL|BUSL)\b|Affero", re.IGNORECASE)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(path: Path) -> Iterator[str]:
    """Yield the top-level packages that a file imports."""
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def test_every_package_that_the_product_imports_is_declared():
    declared = {_normal(re.split(r"[\[<>=! ;]", one)[0]) for one in PROJECT["dependencies"]}
    # What students could submit may import whatever they were given.
    files = [path for path in FILES if path.parts[0] in PRODUCT and "exercises" not in path.parts]
    packages = {package for path in files for package in _imported(path)}
    foreign = packages - set(sys.stdlib_module_names) - set(PRODUCT) - INSIDE
    providers = packages_distributions()

    undeclared = {
        package
        for package in foreign
        if not {_normal(name) for name in providers.get(package, [])} & declared
    }

    assert undeclared == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "graders/runtime.lock"])
def test_the_licence_of_every_dependency_allows_ours(lock: str):
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    found = {}
    for name in pinned:
        try:
            found[name] = _licence(name)
        except ModuleNotFoundError:  # for another platform or version of Python
            continue

    assert len(found) > len(pinned) / 2
    assert {name: licence for name, licence in found.items() if REFUSED.search(licence)} == {}
    assert [name for name, licence in found.items() if not licence] == []


def _licence(name: str) -> str:
    metadata = distribution(name).metadata
    if expression := metadata.get("License-Expression") or metadata.get("License"):
        return expression.splitlines()[0]
    classifiers = metadata.get_all("Classifier") or []
    return "; ".join(one for one in classifiers if one.startswith("License"))
