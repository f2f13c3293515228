"""Rules about the code that a reviewer would otherwise have to remember."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from graders.catalogue.exercises import Catalogue
from graders.report import RunState, Verdict
from graders.text import LANGUAGES
from graders.text_report import LABELS, SIGNS
from server.errors import every_refusal
from server.i18n import DOMAINS, gettext_for, read_catalogue
from server.messaging.jobs import GRADE_RUN
from server.pages.results import describe_state
from tests.fixtures.trees import FILES, ROOT, parse_file
from worker.queue.jobs import grade_run

# A state machine that hides its state when divided; most files stay under 250.
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
INTERPRETERS = ("sys.executable", "str(PYTHON)", "python", "str(interpreter())")
VAGUE = {"utils", "util", "helpers", "helper", "common", "service", "manager"}
VAGUE |= {"managers", "handler", "handlers", "misc"}
EDGES = (
    "server/api/",
    "server/pages/",
    "server/auth/",
    "worker/queue/run_transactions.py",
    "worker/queue/sweep.py",
    "worker/queue/outbox.py",
)
EDGES += ("server/added_exercises.py", "server/intake.py")
EDGES += ("server/periodic_news.py", "server/retention.py")
EDGES += ("worker/queue/regrades.py", "worker/queue/exercise_checks.py")
EDGES += ("semaforo/", "tests/")


def _words(node: ast.AST) -> list[ast.expr]:
    """Return what could be a command line: the words of a list, a tuple or a call."""
    if isinstance(node, ast.Call):
        return node.args
    return node.elts if isinstance(node, ast.List | ast.Tuple) else []


def _functions(path: Path):
    for node in ast.walk(parse_file(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.end_lineno - node.lineno + 1 - _docstring_lines(node)


def _docstring_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return first.end_lineno - first.lineno + 1 if is_docstring else 0


def test_no_file_is_longer_than_a_reader_can_hold():
    too_long = {
        str(path): lines
        for path in FILES
        # A migration lists columns, one a line: long, but nothing to follow.
        if "versions" not in path.parts
        and (lines := len((ROOT / path).read_text("utf-8").splitlines())) > LONGEST_FILE
    }

    assert not too_long


def test_no_function_is_longer_than_a_screen():
    too_long = {
        f"{path}: {function.name}": lines
        for path in FILES
        for function, lines in _functions(path)
        if lines > LONGEST_FUNCTION and "versions" not in path.parts
    }

    assert not too_long


def test_interpreters_are_started_in_one_way_that_ignores_the_current_folder():
    """By `worker.isolated`, or with -I; `python -m` would run what lies in a student's folder."""
    starting = {
        f"{path}:{node.lineno}"
        for path in FILES
        for node in ast.walk(parse_file(path))
        if path.parts[0] != "tests"
        for words in [_words(node)]
        if words and ast.unparse(words[0]) in INTERPRETERS
        if words[1:] and ast.unparse(words[1]) not in ("'-I'", "'dev.py'")
    }

    assert {place.partition(":")[0] for place in starting} == {"worker/isolated.py"}
    assert "'-E', '-P'" in ast.unparse(parse_file(Path("worker/isolated.py")))


def test_tasks_of_the_server_belong_to_a_group_that_waits_for_them():
    """A task that is only cancelled may be cancelled again by the end of the loop, and hang."""
    waited_for_by_hand = {"server/health/readiness.py"}  # Answer.close
    lonely = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "server").rglob("*.py")
        if re.search(r"asyncio\.(create_task|ensure_future)\(", path.read_text("utf-8"))
    }

    assert lonely == waited_for_by_hand


def test_no_module_bears_a_name_that_says_nothing():
    assert [str(path) for path in FILES if path.stem in VAGUE] == []


def test_only_edges_commit():
    committing = [
        f"{path}:{node.lineno}"
        for path in FILES
        for node in ast.walk(parse_file(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not str(path).startswith(EDGES)
    ]

    assert committing == []


def test_imports_run_one_way():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert done.returncode == 0, done.stdout


def test_every_package_that_is_imported_is_declared():
    declared = {
        re.split(r"[^\w-]", requirement)[0].lower()
        for requirement in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
            "dependencies"
        ]
    }
    distributions = packages_distributions()
    imported = {
        name
        for path in FILES
        # Exercises import what students' programs may; graders/runtime.lock lists that.
        if path.parts[0] != "tests" and "exercises" not in path.parts
        for name in _imported(path)
        if name in distributions
    }

    undeclared = {
        name
        for name in imported
        if not any(found.lower().replace("_", "-") in declared for found in distributions[name])
    }

    assert undeclared == set()


def _imported(path: Path) -> set[str]:
    """Names of top-level packages, ours among them."""
    names: set[str] = set()
    for node in ast.walk(parse_file(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(str(node.module).partition(".")[0])
    return names


def test_every_verdict_has_a_sign_and_a_word_in_both_languages():
    assert set(SIGNS) == set(LABELS) == set(Verdict)
    assert all(label.es and label.en for label in LABELS.values())


def test_every_state_has_a_word_of_its_own_in_both_languages():
    for language in LANGUAGES:
        words = {describe_state(state, 1, 2, language).words for state in RunState}

        assert len(words) == len(RunState)


def test_the_job_is_called_the_same_on_both_sides():
    assert grade_run.__name__ == GRADE_RUN


def test_slugs_of_refusals_are_unique():
    slugs = [refusal.slug for refusal in every_refusal()]

    assert len(slugs) == len(set(slugs))


def test_slugs_of_exercises_are_unique_and_their_folders_complete():
    assert len(Catalogue.read()) >= 2


@pytest.mark.parametrize("module", ["semaforo"])
def test_every_sentence_of_the_command_has_its_spanish(module: str):
    translated = {
        message.id for domain in DOMAINS for message in read_catalogue(domain) if message.string
    }

    assert _sentences(ROOT / module) - translated == set()


def test_a_sentence_of_the_command_keeps_its_places_in_spanish():
    spanish = gettext_for("es")

    for sentence in _sentences(ROOT / "semaforo"):
        assert _placeholders(spanish(sentence)) == _placeholders(sentence)


def _placeholders(sentence: str) -> set[str]:
    return {part.split("}")[0] for part in sentence.split("{")[1:]}


def _sentences(folder: Path) -> set[str]:
    """What semaforo/*.py says to people: arguments of CommandError and translate."""
    found = set()
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            node.target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and len(node.args) == 1 and _speaks(node.func):
                (argument,) = node.args
                words = argument.value if isinstance(argument, ast.Constant) else None
                found.add(words or constants.get(getattr(argument, "id", ""), ""))
    # A lone place is filled with a sentence that has been translated already.
    return {words for words in found if words and not (words[0] == "{" and words[-1] == "}")}


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Call):
        return isinstance(function.func, ast.Name) and function.func.id == "gettext_for"
    return isinstance(function, ast.Name) and function.id in ("CommandError", "translate")
