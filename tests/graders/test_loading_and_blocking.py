"""Waiting while loading is allowed; a loop that blocks for good is reported with its line."""

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import load_exercise
from graders.kit.kernel.stack import Stack, parse_stacks
from graders.report import Report, Verdict
from tests.graders.conftest import graded
from worker.grading.grade import Grader

in_session = pytest.mark.asyncio(loop_scope="session")
GATHER = load_exercise(BUILT_IN / "gather")
REFERENCE = (GATHER.folder / "reference.py").read_text("utf-8")
SEQUENTIAL = REFERENCE.partition("async def ejemplo_paralelo")[0]

WAITS = {
    "sleep": "import time; time.sleep({seconds})",
    "asyncio_run": "asyncio.run(asyncio.sleep({seconds}))",
    "event_of_a_timer": (
        "import threading\ne = threading.Event()\n"
        "threading.Timer({seconds}, e.set).start(); e.wait()"
    ),
    "join": (
        "import threading, time\n"
        "t = threading.Thread(target=time.sleep, args=({seconds},)); t.start(); t.join()"
    ),
    "pool": (
        "import time; from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor() as p: list(p.map(time.sleep, [{seconds}] * 3))"
    ),
    "processes": (
        "import time, multiprocessing\n"
        "p = multiprocessing.Process(target=time.sleep, args=({seconds},)); p.start(); p.join()"
    ),
    "select": "import select; select.select([], [], [], {seconds})",
}
# From less than the first look to many looks.
SECONDS = (0.001, 0.003, 0.006, 0.01, 0.02, 0.05, 0.1, 0.3)


async def grade(grader: Grader, source: str) -> Report:
    return await graded(grader, GATHER, {"solution.py": source.encode()})


def verdict_and_messages(
    report: Report, name: str = "all_at_once"
) -> tuple[Verdict, int | None, str, str]:
    check = next(check for check in report.checks if check.name == name)
    return check.verdict, check.line, check.message.es, check.message.en


@in_session
@pytest.mark.parametrize("seconds", SECONDS)
async def test_a_module_may_sleep_while_it_is_loaded(grader: Grader, seconds: float) -> None:
    report = await grade(grader, REFERENCE + "\n" + WAITS["sleep"].format(seconds=seconds))

    assert [
        (c.verdict, c.message.en) for c in report.checks if c.verdict is not Verdict.PASSED
    ] == []


@in_session
@pytest.mark.parametrize("wait", WAITS)
async def test_a_module_may_wait_while_it_is_loaded(grader: Grader, wait: str) -> None:
    report = await grade(grader, REFERENCE + "\n" + WAITS[wait].format(seconds=0.15))

    assert [
        (c.verdict, c.message.en) for c in report.checks if c.verdict is not Verdict.PASSED
    ] == []


REPLACED = """
import signal
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_DFL)
    except OSError:
        pass
"""
BLOCKED = "\nimport signal; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"


@in_session
@pytest.mark.parametrize("signals", [REPLACED, BLOCKED], ids=["replaced", "blocked"])
async def test_asking_a_program_for_its_stack_never_ends_it(grader: Grader, signals: str) -> None:
    blocking = f"{REFERENCE}\n{signals}\nimport time\n_was = ejemplo_paralelo\n"
    blocking += "async def ejemplo_paralelo(t):\n    time.sleep(0.2)\n    return await _was(t)\n"

    report = await grade(grader, blocking)

    verdicts = {check.name: check.verdict for check in report.checks}
    assert verdicts.pop("loop_is_free") is Verdict.FAILED
    assert set(verdicts.values()) == {Verdict.PASSED}


@in_session
@pytest.mark.parametrize(
    ("last_line", "es", "en"),
    [
        ("asyncio.run(asyncio.sleep(60))", "tardó demasiado", "took too long"),
        ("import time; time.sleep(11)", "tardó demasiado", "took too long"),
        ("asyncio.new_event_loop().run_forever()", "nada puede despertarlo", "nothing can wake it"),
        ("import threading; threading.Event().wait()", "nada puede despertarlo", "can wake it"),
        ("while True: pass", "tiempo de procesador", "processor time"),
        ("import os; os._exit(3)", "se cerró mientras", "ended while"),
        ("while True: print('a' * 1000)", "escribió demasiado", "printed too much"),
    ],
)
async def test_an_end_while_loading_is_reported_as_such(
    grader: Grader, last_line: str, es: str, en: str
) -> None:
    report = await grade(grader, f"{REFERENCE}\n{last_line}\n")

    line = REFERENCE.count("\n") + 2
    for check in report.checks:
        assert check.verdict is not Verdict.PASSED
        assert es in check.message.es
        assert en in check.message.en
        assert "ejemplo_" not in check.message.es
        assert "__main__" in check.message.es
        assert check.line == line or "_exit" in last_line or "print" in last_line


LOCK = """
    lock = threading.Lock()
    async def one(n):
        with lock:
            return await tarea_lenta(f"Tarea {n}", 2)
    return await asyncio.gather(*(one(n) for n in (1, 2, 3)))
"""
QUEUE = """
    waiting = queue.Queue()
    async def one(n):
        waiting.put(await tarea_lenta(f"Tarea {n}", 2))
    tasks = [asyncio.create_task(one(n)) for n in (1, 2, 3)]
    await asyncio.sleep(0)
    return [waiting.get() for _ in tasks]
"""
EVENT = """
    asked = threading.Event()
    async def one(n):
        value = await tarea_lenta(f"Tarea {n}", 2)
        asked.set()
        return value
    tasks = [asyncio.create_task(one(n)) for n in (1, 2, 3)]
    await asyncio.sleep(0)
    asked.wait()
    return await asyncio.gather(*tasks)
"""
RESULT = """
    loop = asyncio.get_running_loop()
    ask = asyncio.run_coroutine_threadsafe
    all_of_them = [ask(tarea_lenta(f"Tarea {n}", 2), loop) for n in (1, 2, 3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return [done.result() for done in all_of_them]
"""
FOR_GOOD = {
    "threading_lock": (LOCK, "with lock:"),
    "queue": (QUEUE, "waiting.get()"),
    "event": (EVENT, "asked.wait()"),
    "result": (RESULT, "done.result()"),
}


@in_session
@pytest.mark.parametrize("name", FOR_GOOD)
async def test_a_loop_that_is_blocked_for_good_is_reported_with_its_line(
    grader: Grader, name: str
) -> None:
    body, at = FOR_GOOD[name]
    source = (
        f"{SEQUENTIAL}async def ejemplo_paralelo(tarea_lenta):{body}\nimport queue, threading\n"
    )

    report = await graded(grader, GATHER, {"solution.py": source.encode()})

    line = source[: source.index(at)].count("\n") + 1
    verdict, found, es, en = verdict_and_messages(report)
    assert (verdict, found) == (Verdict.TIMED_OUT, line)
    assert "bloqueó el event loop" in es
    assert "asyncio.Lock" in es
    assert "blocked the event loop" in en
    assert "asyncio.Queue" in en
    assert verdict_and_messages(report, "sequential")[0] is Verdict.PASSED
    # By proof, and long before any limit; a busy machine takes longer, but not ten seconds.
    seconds = next(c.wall_seconds for c in report.checks if c.name == "all_at_once")
    assert seconds is not None
    assert seconds < GATHER.limits.wall_seconds


@in_session
async def test_a_loop_that_sleeps_past_the_limit_is_reported_with_its_line(grader: Grader) -> None:
    body = "\n    tasks = [asyncio.create_task(tarea_lenta(f'Tarea {n}', 2)) for n in (1, 2, 3)]"
    body += "\n    await asyncio.sleep(0)\n    time.sleep(100)\n"
    source = f"import time\n{SEQUENTIAL}async def ejemplo_paralelo(tarea_lenta):{body}"

    verdict, line, es, en = verdict_and_messages(await grade(grader, source))

    assert (verdict, line) == (
        Verdict.TIMED_OUT,
        source[: source.index("time.sleep(")].count("\n") + 1,
    )
    assert "asyncio.sleep()" in es
    assert "blocked the event loop" in en


@in_session
async def test_a_thread_that_lets_the_loop_go_in_time_is_waited_for(grader: Grader) -> None:
    """The loop is blocked with answers unread, and something else will wake it: no proof."""
    body = "\n    tasks = [asyncio.create_task(tarea_lenta(f'Tarea {n}', 2)) for n in (1, 2, 3)]"
    body += "\n    await asyncio.sleep(0)\n    e = threading.Event()"
    body += "\n    threading.Timer(0.5, e.set).start()\n    e.wait()"
    body += "\n    return await asyncio.gather(*tasks)\n"
    source = f"import threading\n{SEQUENTIAL}async def ejemplo_paralelo(tarea_lenta):{body}"

    report = await grade(grader, source)

    verdicts = {check.name: check.verdict for check in report.checks}
    assert verdicts.pop("loop_is_free") is Verdict.FAILED
    assert set(verdicts.values()) == {Verdict.PASSED}


def test_a_line_that_has_started_the_loop_does_not_block_it() -> None:
    loop = '  File "/usr/lib/python3.11/asyncio/base_events.py", line 607 in run_forever\n'
    line = '  File "/w/solution.py", line 16 in main\n'
    head, module = "Stack (most recent call first):\n", '  File "<string>", line 1 in <module>\n'

    assert parse_stacks(head + line + loop + module, "x.py") == [Stack(16, "main", is_in_loop=True)]
    assert parse_stacks(head + loop + line + module, "x.py") == [
        Stack(16, "main", is_in_loop=False)
    ]
