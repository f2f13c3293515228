"""How `make test` and `make check` divide the tests, and share them among processes."""

import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

import dev
from tests.fixtures.long_tests import LONG_SECONDS, update
from tests.fixtures.parallel import DISTURBING, DIVIDED, LONGEST_FIRST, group_of
from tests.fixtures.skipped import describe_skipped
from tests.fixtures.thorough import (
    ATTACKS,
    CAMPAIGNS,
    EXAMPLES,
    FROM_OUTSIDE,
    LONG,
    ON_BOTH_DATABASES,
    REPETITIONS,
    SAMPLES,
    chosen_samples,
    is_thorough,
    may_hold_thorough,
)

ROOT = Path(__file__).parents[1]
FILES = ("tests/graders/test_stall_tracker.py", "tests/graders/test_own_time.py")


def test_a_file_is_a_group_and_the_longest_are_divided_by_their_first_word() -> None:
    attacks, samples, *_ = DIVIDED

    assert group_of("tests/api/test_auth.py::test_x[a-b]") == "tests/api/test_auth.py"
    assert group_of(f"{attacks}::test_x[wheel-clock/spins]") == f"{attacks}:wheel"
    assert group_of(f"{attacks}::test_nothing[wheel]") == f"{attacks}:wheel"
    assert group_of(f"{samples}::test_x[gather-right_plain]") == f"{samples}:gather"


def test_the_tests_that_are_named_are_there() -> None:
    names = {name.partition("[")[0] for name in DISTURBING}
    files = {name: (ROOT / name.partition("::")[0]) for name in (*LONGEST_FIRST, *names)}

    assert [name for name, file in files.items() if not file.is_file()] == []
    functions = {name: f"def {name.partition('::')[2]}(" for name in names if name[-1] != ":"}
    assert [name for name, head in functions.items() if head not in files[name].read_text()] == []


def test_both_halves_together_are_every_test() -> None:
    tests = [
        {"thorough": thorough, "disturbing": disturbing}
        for thorough, disturbing in product((True, False), repeat=2)
    ]
    asked = [expression for half in dev.MARKED.values() for expression in half]

    chosen = [[mark for mark in asked if eval(mark, {}, test)] for test in tests]  # noqa: S307
    assert [len(marks) for marks in chosen] == [1, 1, 1, 1]
    assert sorted(mark for (mark,) in chosen) == sorted(asked)


def test_a_check_runs_the_tests_as_readme_does_and_then_the_thorough_ones() -> None:
    commands = dev.checks([])

    assert [name for name in commands if "tests" in name] == ["tests", "thorough tests"]
    assert commands["tests"] in (["make", "test"], [sys.executable, "dev.py", "test"])
    assert commands["thorough tests"] == [sys.executable, "dev.py", "thorough"]
    assert set(dev.MARKED) == {"test", "thorough"}


def test_of_samples_the_reference_the_starter_and_a_wrong_one_are_not_thorough() -> None:
    named = ("reference", "right_wait", "wrong_late", "wrong_early", "wrong_starter", "hostile_x")
    items = [f"{SAMPLES}{slug}-{name}]" for slug in ("two-words", "word") for name in named]

    chosen = set(chosen_samples(items))

    left = [name for name in items if not is_thorough(name, chosen)]
    kept = ("reference", "wrong_early", "wrong_starter")
    assert left == [f"{SAMPLES}{s}-{k}]" for s in ("two-words", "word") for k in kept]


def test_every_name_of_a_thorough_test_is_that_of_a_test() -> None:
    listed = (*CAMPAIGNS, *REPETITIONS, *FROM_OUTSIDE, *LONG, SAMPLES, ATTACKS, *ON_BOTH_DATABASES)
    for name in listed:
        file, _, case = name.partition("::")
        function = case.partition("[")[0]

        assert may_hold_thorough(file)
        assert file.endswith("/") or f"def {function}" in (ROOT / file).read_text("utf-8"), name


def test_every_example_is_one_of_a_kind_that_is_thorough() -> None:
    for name in EXAMPLES:
        file, _, case = name.partition("::")

        assert f"def {case.partition('[')[0]}(" in (ROOT / file).read_text("utf-8"), name
        assert name.startswith(FROM_OUTSIDE)
        assert not is_thorough(name, set())


def test_a_run_adds_long_cases_to_the_list_and_takes_quick_ones_out() -> None:
    listed = frozenset({"still_long", "quick_now", "not_run", "in_between"})
    took = {"still_long": 9.0, "quick_now": 0.1, "in_between": 0.6 * LONG_SECONDS, "new": 4.0}

    assert update(listed, took) == {"still_long", "not_run", "in_between", "new"}
    assert update(listed, {"quick": 1.0}) == listed


def test_what_could_not_run_is_listed_once_for_each_reason() -> None:
    reasons = ["Skipped: no browser", "Skipped: no PostgreSQL", "Skipped: no browser"]

    assert describe_skipped(reasons) == ["    2 no browser", "    1 no PostgreSQL"]


def test_what_one_process_compiles_is_kept_for_the_others() -> None:
    asked = [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]

    assert subprocess.check_output(asked, text=True) == "False\n"
    assert not sys.dont_write_bytecode


def test_plugins_that_no_test_uses_are_not_loaded(request: pytest.FixtureRequest) -> None:
    plugins = request.config.pluginmanager.list_plugin_distinfo()

    names = {distribution.metadata["name"] for _, distribution in plugins}
    assert names == {"pytest-asyncio", "pytest-xdist"}


def test_the_tests_of_a_file_run_in_one_process() -> None:
    options = ("-n", "2", "--no-loadscope-reorder", "-v", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *FILES],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if "PYTEST" not in name},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    processes: dict[str, set[str]] = {}
    for process, file in re.findall(r"\[(gw\d)\].*(tests/\S+\.py)::", done.stdout):
        processes.setdefault(file, set()).add(process)
    assert done.returncode == 0, done.stdout
    assert set(processes) == set(FILES)
    assert {len(used) for used in processes.values()} == {1}
