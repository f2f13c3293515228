"""A program that nothing can wake reports which of its tasks waits where, for whom and for what."""

import pytest

from graders.catalogue.exercises import Catalogue
from graders.kit.program.replies import parse_waits
from graders.kit.wire import WireError
from graders.picture import Awaited, Hold, Picture, Wait
from graders.text_waits import describe_waits, group_waits
from server.pages.wait_graph import MOST_ROWS, WIDTH, draw_waits
from tests.graders.conftest import graded
from worker.grading.grade import Grader

GATHER = Catalogue.read()["gather"]
STUCK = b"""import asyncio


class Mesa:
    def __init__(self):
        self.cerrojo = asyncio.Lock()

    async def coge(self, veces):
        async with self.cerrojo:
            await self.otra_vez()

    async def otra_vez(self):
        async with self.cerrojo:
            pass


async def a_mano(candado):
    await candado.acquire()
    await candado.acquire()


async def suelta(candado, suceso):
    await candado.acquire()
    candado.release()
    await suceso.wait()


async def pon(llena):
    await llena.put(2)


async def toma(vacia):
    await vacia.get()


async def junta(debe):
    await debe.join()


async def una(plaza):
    async with plaza:
        pass


async def cobra(premio):
    await premio


async def ejemplo_secuencial(tarea_lenta):
    return []


async def ejemplo_paralelo(tarea_lenta):
    llena, vacia, debe = asyncio.Queue(1), asyncio.Queue(), asyncio.Queue()
    llena.put_nowait(1)
    debe.put_nowait(1)
    candado, suceso, plaza = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(0)
    premio = asyncio.get_running_loop().create_future()

    async with asyncio.TaskGroup() as grupo:
        grupo.create_task(Mesa().coge(3))
        grupo.create_task(a_mano(asyncio.Lock()))
        grupo.create_task(suelta(candado, suceso))
        for tarea in (pon(llena), toma(vacia), junta(debe), una(plaza), cobra(premio)):
            grupo.create_task(tarea)
"""
ITSELF = Wait("uno(7)", 9, "", Awaited.LOCK, "cerrojo")
BEHIND = [Wait(f"uno({n})", 14, "", Awaited.LOCK, "cerrojo") for n in (43, 512)]
ALL = Wait("ingresar()", 18, "", Awaited.TASKS, tasks=("uno(7)", "uno(43)", "uno(512)"))
PICTURE = Picture(
    waits=(ALL, *BEHIND, ITSELF), holds=(Hold("uno(7)", 14, "helpers.py", "cerrojo"),)
)


@pytest.mark.asyncio(loop_scope="session")
async def test_each_task_is_reported_with_what_it_waits_for(grader: Grader) -> None:
    report = await graded(grader, GATHER, {"solution.py": STUCK})

    check = next(check for check in report.checks if check.name == "all_at_once")
    assert check.picture
    # The set of tasks has no order, and two of them wait for a lock.
    seen = {wait.awaited: wait for wait in check.picture.waits if wait.task != "a_mano()"}
    assert {kind: wait.name for kind, wait in seen.items()} == {
        Awaited.LOCK: "self.cerrojo",
        Awaited.PUT: "llena",
        Awaited.GET: "vacia",
        Awaited.JOIN: "debe",
        Awaited.SEMAPHORE: "plaza",
        Awaited.EVENT: "suceso",
        Awaited.FUTURE: "premio",
        Awaited.TASKS: "",
    }
    lines = STUCK.decode().splitlines()
    wait = seen[Awaited.LOCK]
    assert (wait.task, wait.line) == ("coge(3)", lines.index("    async def otra_vez(self):") + 2)
    assert "coge(3)" in seen[Awaited.TASKS].tasks
    holds = {(hold.task, hold.line) for hold in check.picture.holds}
    assert holds == {
        ("coge(3)", lines.index("    async def coge(self, veces):") + 2),
        ("a_mano()", lines.index("async def a_mano(candado):") + 2),
    }


def test_tasks_that_wait_alike_are_one_sentence_and_who_waits_for_itself_comes_first() -> None:
    first, second, third = describe_waits(PICTURE)

    assert first.en == (
        "`uno(7)`: waiting on line 9 for the lock `cerrojo`, which that same task took on line "
        "14 (helpers.py)."
    )
    assert second.es == (
        "`uno(43)`, `uno(512)`: a la espera, en la línea 14, del cerrojo `cerrojo`, que cogió "
        "`uno(7)` en la línea 14 (helpers.py)."
    )
    assert third.en == "`ingresar()`: waiting on line 18 for `uno(7)`, `uno(43)`, `uno(512)`."


def test_the_graph_has_an_arrow_for_each_wait_and_one_back_to_who_holds_the_lock() -> None:
    graph = draw_waits(PICTURE)

    assert graph is not None
    assert sorted(node.label for node in graph.nodes) == [
        "cerrojo",
        "ingresar()",
        "uno ×2",
        "uno ×3",
        "uno(7)",
    ]
    waits, holds = ([a for a in graph.arrows if a.is_hold is is_hold] for is_hold in (False, True))
    assert [arrow.line for arrow in waits] == [9, 14, 18]
    assert [arrow.line for arrow in holds] == [14]
    for node in graph.nodes:
        assert node.x >= 0
        assert node.x + node.width <= WIDTH
        assert node.y + node.height <= graph.height
    assert draw_waits(Picture()) is None


def test_a_large_graph_is_cut_and_the_sentences_are_not() -> None:
    many = Picture(waits=tuple(Wait(f"uno({n})", n, "", Awaited.GET, "cola") for n in range(1, 20)))

    graph = draw_waits(many)

    assert graph is not None
    assert graph.hidden == len(group_waits(many)) - MOST_ROWS == len(describe_waits(many)) - 6


@pytest.mark.parametrize(
    ("waits", "holds"),
    [
        ({}, []),
        ([], "holds"),
        ([["task", 1, "lock", "name"]], []),
        ([["task", 1, "pistol", "name", []]], []),
        ([], [["task", 1]]),
    ],
)
def test_what_is_no_wait_is_refused(waits: object, holds: object) -> None:
    with pytest.raises((WireError, TypeError, ValueError)):
        parse_waits(waits, holds)


def test_reported_waits_are_cut_to_their_limits() -> None:
    waits, holds = parse_waits(
        [["t" * 500, 1, "tasks", "n" * 500, ["x"] * 50]] * 50, [["t" * 500, -1, "n" * 500]] * 50
    )

    assert (len(waits), len(holds)) == (20, 20)
    assert max(map(len, (waits[0].task, waits[0].name, holds[0].task, holds[0].name))) <= 60
    assert (len(waits[0].tasks), holds[0].line) == (20, None)
