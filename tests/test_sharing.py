"""How `make test` shares the tests among processes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.parallel import DISTURBING, DIVIDED, LONGEST_FIRST, group_of

ROOT = Path(__file__).parents[1]
FILES = ("tests/graders/test_stall_tracker.py", "tests/graders/test_own_time.py")


def test_a_file_is_a_group_and_the_longest_are_divided_by_their_first_word() -> None:
    attacks, samples = DIVIDED

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
