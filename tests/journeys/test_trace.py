"""`semaforo trace`, as a student types it."""

import asyncio
import json
from pathlib import Path

from graders.text_picture import WIDTH
from graders.trace import MAX_SOURCE_BYTES
from tests.journeys.conftest import semaforo

WAITS = """\
import asyncio

async def main():
    await asyncio.sleep(0.01)
    print("\\x1b[31mdone")

asyncio.run(main())
"""


async def test_a_program_is_drawn_in_the_language_of_the_command(tmp_path: Path):
    program = tmp_path / "waits.py"
    program.write_text(WAITS, "utf-8")

    (code, out, _), (_, spanish, _), (_, as_json, _) = await asyncio.gather(
        semaforo("trace", str(program), "--language", "en"),
        semaforo("trace", str(program), "--language", "es"),
        semaforo("trace", str(program), "--json"),
    )

    assert code == 0
    assert "waits: line 4 sleep(0.01)" in out
    assert "line 4" not in spanish
    assert "espera: línea 4 sleep(0.01)" in spanish
    assert "\\x1b[31mdone" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= WIDTH
    trace = json.loads(as_json)
    assert trace["is_reported"]
    assert [row["name"] for row in trace["rows"]] == ["main"]


async def test_a_program_that_fails_exits_with_1_and_its_line(tmp_path: Path):
    (tmp_path / "raises.py").write_text("x = 1\nx / 0\n", "utf-8")
    (tmp_path / "leaves.py").write_text("import sys\nsys.exit(4)\n", "utf-8")

    (code, out, _), (left, _, _) = await asyncio.gather(
        semaforo("trace", str(tmp_path / "raises.py"), "--language", "en"),
        semaforo("trace", str(tmp_path / "leaves.py")),
    )

    assert (code, left) == (1, 1)
    assert "raises.py:2: An exception ended the program: `ZeroDivisionError: division" in out


async def test_what_cannot_be_run_exits_with_2_and_says_why(tmp_path: Path):
    (tmp_path / "large.py").write_text("#" * (MAX_SOURCE_BYTES + 1), "utf-8")
    (tmp_path / "latin.py").write_bytes(b"x = '\xf1'\n")
    names = ("missing.py", "large.py", "latin.py")

    ended = await asyncio.gather(
        *(semaforo("trace", str(tmp_path / name), "--language", "en") for name in names)
    )

    assert [code for code, _, _ in ended] == [2, 2, 2]
    reasons = ("does not exist", "at most 64 KiB", "not text in UTF-8")
    assert all(reason in errors for reason, (_, _, errors) in zip(reasons, ended, strict=True))


async def test_the_standard_input_is_a_program_too():
    code, out, _ = await semaforo("trace", "-", "--language", "en")  # it is empty here

    assert code == 0
    assert "No event loop of asyncio ran" in out
