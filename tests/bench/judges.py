"""The judges that people use today, each given the same checks (`plain_checks`) in its own form.

check50 and DMOJ are measured where their commands are on the PATH: `pip install check50 dmoj`, the
second with a C++ compiler and libseccomp's headers.
"""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_ISOLATION = (
    *("--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"),
    *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108  a mount inside
)
# DMOJ judges one program by what it prints: this asks it for one check, by its number.
_BY_NUMBER = """
import types
asyncio.run(CHECKS[int(input())](types.SimpleNamespace(**globals())))
print("ok")
"""


@dataclass(frozen=True)
class Judge:
    """One way of judging.

    prepare     Lays out a folder for a submission and returns the command that judges it there;
                None if the judge is not installed.
    passed      Whether its exit code and output mean that every check has passed.
    is_counted  Whether the kernel counts its processor time to us.
    in_flight   How many at once it is measured with, each a row.
    """

    name: str
    prepare: Callable[[Path, str], list[str] | None]
    passed: Callable[[int | None, str], bool]
    is_counted: bool = True
    in_flight: tuple[int, ...] = (1, 16, 64)


def _pytest(folder: Path, solution: str) -> list[str]:
    for name in ("plain_suite.py", "plain_checks.py"):
        shutil.copy(_HERE / name, folder)
    (folder / "solution.py").write_text(solution, "utf-8")
    return [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("-o", "asyncio_default_fixture_loop_scope=function"),
        *("-c", "/dev/null", "--rootdir", str(folder), "plain_suite.py"),
    ]


def _bubblewrap(folder: Path, solution: str) -> list[str] | None:
    bubblewrap = shutil.which("bwrap")
    return (bubblewrap and [bubblewrap, *_ISOLATION, *_pytest(folder, solution)]) or None


def _check50(folder: Path, solution: str) -> list[str] | None:
    suite = folder / "suite"
    shutil.copytree(_HERE / "check50_suite", suite)
    shutil.copy(_HERE / "plain_checks.py", suite)
    (folder / "solution.py").write_text(solution, "utf-8")
    program = shutil.which("check50")
    return (program and [program, "--dev", str(suite), "-o", "json"]) or None


def _check50_passed(code: int | None, output: str) -> bool:
    results = json.loads(output[output.index("{") :])["results"]
    return len(results) == 6 and all(result["passed"] for result in results)


def _dmoj(folder: Path, solution: str) -> list[str] | None:
    problem = folder / "problems" / "gather"
    problem.mkdir(parents=True)
    cases = [{"in": f"{number}.in", "out": "ok.out", "points": 1} for number in range(6)]
    (problem / "init.yml").write_text(json.dumps({"test_cases": cases}))  # JSON is YAML
    (problem / "ok.out").write_text("ok\n")
    for number in range(6):
        (problem / f"{number}.in").write_text(f"{number}\n")
    program = solution + (_HERE / "plain_checks.py").read_text("utf-8") + _BY_NUMBER
    (folder / "solution.py").write_text(program, "utf-8")
    settings = {
        "id": "bench",
        "key": "none",
        "problem_storage_globs": [str(folder / "problems" / "*")],
        "runtime": {"python3": "/usr/bin/python3"},
    }
    (folder / "judge.yml").write_text(json.dumps(settings))
    command = shutil.which("dmoj-cli")
    words = ["-c", "judge.yml", "-e", "PY3", "--history", "history", "--no-ansi"]
    return (command and [command, *words, "submit", "gather", "PY3", "solution.py"]) or None


JUDGES = (
    Judge("pytest", _pytest, lambda code, output: code == 0),
    Judge(
        "pytest in bubblewrap",
        _bubblewrap,
        lambda code, output: code == 0,
        is_counted=False,
        in_flight=(1, 16),
    ),
    Judge("check50", _check50, _check50_passed),
    Judge("DMOJ", _dmoj, lambda code, output: output.count(" AC ") == 6, in_flight=(1,)),
)
