"""The licences of our dependencies allow ours, which is MIT."""

import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from tests.fixtures.trees import ROOT

# Copyleft that extends to programs which import the package. LGPL is not in it: bubblewrap is a
# program that we start.
REFUSED = re.compile(r"\b(A?GPL|SSPL|BUSL)\b|Affero", re.IGNORECASE)
# The GPL among docutils' licences is that of a mode for Emacs, which the package does not install.
EXPLAINED = {"docutils"}


@pytest.mark.parametrize("lock", ["requirements.lock", "graders/runtime.lock"])
def test_the_licence_of_every_dependency_allows_ours(lock: str):
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    found = {}
    for name in pinned:
        try:
            found[name] = _licence(name)
        except PackageNotFoundError:  # for another platform or version of Python
            continue

    assert len(found) > len(pinned) / 2
    refused = {name for name, licence in found.items() if REFUSED.search(licence)}
    assert refused - EXPLAINED == set()
    assert [name for name, licence in found.items() if not licence] == []


def _licence(name: str) -> str:
    metadata = distribution(name).metadata
    if expression := metadata.get("License-Expression") or metadata.get("License"):
        return expression.splitlines()[0]
    classifiers = metadata.get_all("Classifier") or []
    return "; ".join(one for one in classifiers if one.startswith("License"))
