"""Demands on the source in exercise.toml and in marks: how they are written, and what they say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from graders.catalogue.errors import ManifestError
from graders.catalogue.lints import read_lints
from graders.catalogue.outline import outline_checks
from graders.kit.expect import CheckEnded
from graders.kit.lint import RUFF_VERSION, Finding, Findings, Lint, lint
from graders.kit.messages.lint_text import WORDS
from tests.fixtures.trees import ROOT
from worker.grading.linter import find_linter, find_ruff

RULES = 'rules = ["ASYNC"]'


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("lint = 3", r"\[\[lint\]\] is written like this"),
        ("[lint]\n" + RULES, r"\[\[lint\]\] is written like this"),
        ("[[lint]]", r"\[\[lint\]\] is written like this"),
        ('[[lint]]\nrule = ["ASYNC"]', "unknown rule in"),
        ('[[lint]]\ntool = "mypy"', "does not use mypy"),
        ('[[lint]]\nrules = ["mypy"]', "does not use mypy"),
        ('[[lint]]\nrules = "mypy"', "does not use mypy"),
        ("[[lint]]\nmypy = true", "does not use mypy"),
        ('[[lint]]\nrules = "ASYNC"', "rules is written like this"),
        ("[[lint]]\nrules = []", "named by their codes"),
        ('[[lint]]\nrules = ["--fix"]', "named by their codes"),
        (f'[[lint]]\n{RULES}\noptions = {{ "a b" = 1 }}', "options of ruff look like"),
        (f"[[lint]]\n{RULES}\noptions = {{ mccabe = {{}} }}", "options of ruff look like"),
        (f"[[lint]]\n{RULES}\noptions = 1", "options is written like this"),
        (f"[[lint]]\n{RULES}\npoints = -1", "points is written like this"),
        (f"[[lint]]\n{RULES}\npoints = true", "points is written like this"),
        (f'[[lint]]\n{RULES}\nhidden = "no"', "hidden is written like this"),
        (f'[[lint]]\n{RULES}\nname = "My Style"', "name is written like this"),
        (f"[[lint]]\n{RULES}\ntitle = 3", "title is a text"),
        ('[[lint]]\nmust_use = "gather"', "must_use is written like this"),
        ('[[lint]]\nmust_not_use = ["a{b}"]', "must_not_use is written like this"),
        (f'[[lint]]\n{RULES}\nname = "a"\n[[lint]]\n{RULES}\nname = "a"', "are called a;"),
        (f"[[lint]]\n{RULES}\n" * 11, "more than 10 tables"),
    ],
)
def test_a_table_that_is_wrong_is_refused(tmp_path: Path, manifest: str, words: str) -> None:
    (tmp_path / "exercise.toml").write_text(manifest, "utf-8")

    with pytest.raises(ManifestError, match=words) as refused:
        read_lints(tmp_path / "exercise.toml")
    assert refused.value.words.es != refused.value.words.en


def test_tables_have_names_and_titles_of_their_own(tmp_path: Path) -> None:
    uses = '[[lint]]\nmust_use = ["sum", "len"]\nmust_not_use = ["while"]\npoints = 0.5\n'
    (tmp_path / "exercise.toml").write_text(f"[[lint]]\n{RULES}\n{uses}", "utf-8")
    (tmp_path / "test_task.py").write_text("def test_it(): ...\n", "utf-8")

    outline = outline_checks(tmp_path / "test_task.py")

    assert [(check.name, check.points) for check in outline] == [
        ("it", 1), ("lint", 1), ("lint_2", 0.5),
    ]  # fmt: skip
    assert outline[1].title.en == "ruff finds nothing (ASYNC)"
    assert outline[2].title.es == "El programa usa sum o len. El programa no usa while"


def test_a_mark_that_is_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match="named by their codes"):
        lint()
    with pytest.raises(ValueError, match="named by their codes"):
        lint("ASYNC,E")
    with pytest.raises(ValueError, match="options of ruff"):
        lint("ASYNC", options={"x = 1\ny": 2})


def test_a_demand_is_read_back() -> None:
    demand = Lint(("C901", "D"), {"mccabe.max-complexity": 3, "pydocstyle.convention": "google"})

    assert Lint.from_key(demand.key) == demand


def test_rules_without_words_of_ours_are_quoted_as_ruffs() -> None:
    found = Findings((Finding("E711", 4, "", "Comparison to `None`"),), 12)

    with pytest.raises(CheckEnded) as end:
        Findings.from_dict(found.to_dict()).must_be_none()

    assert end.value.line == 4
    assert end.value.message.es.splitlines() == [
        "El linter ruff encuentra 12 cosas:",
        "línea 4, E711: Comparison to `None` (palabras de ruff, en inglés)",
        "y otras 11",
    ]


def test_the_version_is_that_of_the_locks_and_of_the_package() -> None:
    pins = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "pyproject.toml"]

    assert [set(re.findall(r"\bruff==([\d.]+)", file.read_text("utf-8"))) for file in pins] == [
        {RUFF_VERSION}
    ] * 3


def test_the_doctor_finds_the_linter() -> None:
    finding = find_linter()

    assert (finding.holds, finding.essential) == (True, False)
    assert f"ruff {RUFF_VERSION} is installed: {find_ruff()}" in finding.detail.en


def test_the_doctor_says_where_the_linter_is_missing() -> None:
    ask = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.modules['ruff'] = None; "
        "from worker.grading.linter import find_linter; f = find_linter(); "
        "print(f.holds, f.detail.en)"
    )
    printed = subprocess.run(
        [sys.executable, "-I", "-c", ask, str(ROOT)],
        check=True, capture_output=True, text=True, timeout=120,
    ).stdout  # fmt: skip

    assert printed.startswith("False The linter ruff")
    assert "is not installed" in printed


def test_every_rule_that_has_words_is_one_of_ruffs() -> None:
    ruff = find_ruff()
    assert ruff
    ask = [str(ruff), "check", "--isolated", "--no-cache", "--select", ",".join(WORDS), "-"]
    done = subprocess.run(ask, input="", capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
