"""A check's process differs from a fresh `python solution.py` only as a table says."""

import json
import signal
import subprocess
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from graders.limits import Limits
from tests.worker.running import Check, program, send_program
from worker.inside.isolation import environment
from worker.sandboxes import Zygote
from worker.sandboxes.bubblewrap import interpreter

TABLE = Path(__file__).parent / "fresh_python.toml"
NAME = "p.py"
END = b"}\n"


def in_a_fresh_interpreter(folder: Path, source: str) -> dict[str, Any]:
    (folder / NAME).write_text(source, "utf-8")
    (folder / "tmp").mkdir()
    (folder / "shm").mkdir()
    done = subprocess.run(
        [str(interpreter()), NAME],
        cwd=folder,
        env=environment(str(folder)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        start_new_session=True,
        # Whoever starts the tests in the background of a shell has it ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        check=True,
    )
    return dict(json.loads(done.stdout))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_check_differs_from_a_fresh_interpreter_only_as_the_table_says(
    zygote: Zygote, tmp_path: Path
) -> None:
    source = program("attributes")
    sandbox = await zygote.open(Limits())
    send_program(sandbox, source)
    checks = [Check(sandbox), Check(sandbox)]
    printed = [json.loads(await check.printed(until=END)) for check in checks]
    await sandbox.close()
    for check in checks:
        check.close()
    fresh = in_a_fresh_interpreter(tmp_path, source)

    chances = [found.pop("chance") for found in (*printed, fresh)]
    differences = {
        name: {"here": printed[0].get(name), "fresh": fresh.get(name)}
        for name in sorted(printed[0].keys() | fresh.keys())
        if printed[0].get(name) != fresh.get(name)
    }
    table = tomllib.loads(TABLE.read_text("utf-8"))
    reasons = table["always"] | table["by_host"]
    unexplained = [
        f"{name}: {pair}"
        for name, pair in differences.items()
        if not any(_is_about(reason, name) for reason in reasons)
    ]
    assert not unexplained, "\n".join(unexplained)
    assert [name for name in table["always"] if name not in differences] == []
    assert all(reasons.values())
    assert printed[0] == printed[1]
    # What chance gives is another in each of them; but a fork has its parent's hash of a str.
    assert all(len({chance[n] for chance in chances}) == 3 for n in (0, 1))


def _is_about(reason: str, name: str) -> bool:
    return name == reason or (reason.endswith("*") and name.startswith(reason[:-1]))
