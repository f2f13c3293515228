"""A class that hands in all the while, by the API; and what must have come of it in the end."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from sqlalchemy import func, select

from graders.catalogue.exercises import Catalogue
from graders.report import RunState, Verdict
from semaforo.demo import COURSE
from server.actions import courses, sign_in, tokens
from server.models import Check, GradingRun, Role, Submission
from server.storage.database import Database
from server.storage.outage import DatabaseOutage
from tests.fixtures.builders import a_user

# Those of `endpoints` are forked from the second zygote.
PROGRAMS = (
    *(("gather", "reference"), ("gather", "samples/right_taskgroup")),
    *(("gather", "samples/wrong_order"), ("gather", "samples/wrong_sequential")),
    *(("corrutinas", "reference"), ("corrutinas", "samples/wrong_returns")),
    *(("endpoints", "reference"), ("endpoints", "samples/wrong_no_return")),
)
STUDENTS = 12
_ASK_AGAIN_SECONDS = 0.3
_BUGS = (500, 501, 502)  # an outage is a 503
_REQUEST_SECONDS = 15.0
# A class larger than this machine can grade would only measure how far behind it falls.
_MOST_OPEN = 40

Verdicts = tuple[tuple[str, str], ...]


@dataclass
class Class:
    """Students with their tokens, and what each request they sent is to come to.

    accepted  Exercise and program by the key of each request that was answered with 202.
    answers   How often the server gave which status; 0 is no answer at all.
    """

    url: str
    tokens: list[str]
    database: Database
    earned: dict[tuple[str, str], Verdicts] = field(default_factory=dict)
    accepted: dict[str, tuple[str, str]] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def learn(self) -> None:
        """Hand every program in once, undisturbed, and take its verdicts for what it has earned."""
        async with self._client(self.tokens[0]) as client:
            for number, program in enumerate(PROGRAMS):
                await self._hand_in(client, f"quiet-{number}", program)
        await self.all_over(60)
        self.earned = {
            self.accepted[key]: verdicts for key, verdicts in await self._read_verdicts()
        }
        for (exercise, name), verdicts in self.earned.items():
            is_right = all(verdict == "passed" for _, verdict in verdicts)
            assert verdicts, f"{exercise} {name} has no verdicts"
            assert is_right == ("wrong" not in name), f"{exercise} {name}: {verdicts}"

    async def work(self, pause_seconds: float, seed: int) -> None:
        """Let every student hand in one program after another, until `is_over` is set.

        A request that was sent and not yet accepted is sent until it is, then that student stops.
        """
        async with asyncio.TaskGroup() as tasks:
            for number in range(len(self.tokens)):
                tasks.create_task(self._student(number, pause_seconds, seed))

    async def _student(self, number: int, pause_seconds: float, seed: int) -> None:
        choose = random.Random(f"{seed}-{number}")  # noqa: S311 - a campaign can be repeated
        count = 0
        async with self._client(self.tokens[number]) as client:
            while not self.is_over.is_set():
                if await self._few_are_open():
                    count += 1
                    await self._hand_in(client, f"{number}-{count}", choose.choice(PROGRAMS))
                with suppress(TimeoutError):
                    async with asyncio.timeout(choose.uniform(0.5, 1.5) * pause_seconds):
                        await self.is_over.wait()

    def _client(self, token: str) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=_REQUEST_SECONDS)

    async def _hand_in(
        self, client: httpx2.AsyncClient, key: str, program: tuple[str, str]
    ) -> None:
        exercise, name = program
        source = (Catalogue.read()[exercise].folder / f"{name}.py").read_bytes()
        path = f"/api/exercises/{exercise}/submissions?course={COURSE}"
        while True:
            try:
                answer = await client.post(
                    path,
                    files={"file": ("solution.py", source)},
                    headers={"Idempotency-Key": key},
                )
                status = answer.status_code
            except httpx2.TransportError:
                status = 0
            self.answers[status] += 1
            if status in (200, 202):
                self.accepted[key] = program
                return
            assert status in (0, 429) or status >= 500, f"{status}: {answer.text[:500]}"
            await asyncio.sleep(_ASK_AGAIN_SECONDS)

    async def all_over(self, seconds: float) -> bool:
        """Wait until no run is open; False if some still is after so long."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            if not await self._open_runs():
                return True
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(0.25)

    async def _few_are_open(self) -> bool:
        """Whether there is room for one more; while the database is away, there is none."""
        try:
            return await self._open_runs() < _MOST_OPEN
        except DatabaseOutage:
            return False

    async def _open_runs(self) -> int:
        wanted = select(func.count()).where(
            GradingRun.state.in_((RunState.QUEUED, RunState.RUNNING))
        )
        async with self.database.read() as session:
            return await session.scalar(wanted) or 0

    async def faults(self) -> list[str]:
        """Say what did not come out as it must: a line for each; of a sound system none."""
        async with self.database.read() as session:
            rows = await session.execute(
                select(Submission.idempotency_key, GradingRun.state, GradingRun.claims)
                .join(Submission.runs)
                .order_by(Submission.submitted_at)
            )
            runs = [(str(key), state, claims) for key, state, claims in rows]
        times = Counter(key for key, _, _ in runs)
        lines = [f"answered {status}: {n}" for status, n in self.answers.items() if status in _BUGS]
        lines += [f"lost: {key}" for key in self.accepted if key not in times]
        lines += [f"doubled: {key}" for key, count in times.items() if count > 1]
        lines += [f"never accepted: {key}" for key in times if key not in self.accepted]
        lines += [
            f"{state.value} after {claims} claims: {key} {self.accepted.get(key)}"
            for key, state, claims in runs
            if state is not RunState.FINISHED
        ]
        return lines + [
            f"wrong: {key} {self.accepted[key]}: {verdicts} {await self._words_of(key)}"
            for key, verdicts in await self._read_verdicts()
            if key in self.accepted and verdicts != self.earned[self.accepted[key]]
        ]

    async def _words_of(self, key: str) -> list[tuple[str, str, str]]:
        """Return what the checks of one submission said: name, verdict, English message."""
        wanted = (
            select(Check.name, Check.verdict, Check.message_en)
            .join(GradingRun)
            .join(Submission)
            .where(Submission.idempotency_key == key, Check.verdict != Verdict.PASSED)
        )
        async with self.database.read() as session:
            rows = await session.execute(wanted)
            return [(name, verdict.value, message) for name, verdict, message in rows]

    async def _read_verdicts(self) -> list[tuple[str, Verdicts]]:
        """Return the verdicts of every finished run, by the key of its request."""
        async with self.database.read() as session:
            rows = await session.execute(
                select(Submission.idempotency_key, Check.name, Check.verdict)
                .join(Submission.runs)
                .join(GradingRun.checks)
                .order_by(Submission.id, Check.position)
            )
            found: dict[str, list[tuple[str, str]]] = {}
            for key, name, verdict in rows:
                found.setdefault(str(key), []).append((name, verdict.value))
        return [(key, tuple(verdicts)) for key, verdicts in found.items()]


async def enrol(url: str, database: Database, students: int = STUDENTS) -> Class:
    """Make students of the demo's course, who may hand in by token."""
    secrets = []
    async with database.write() as session:
        course = await courses.find_course(session, COURSE)
        assert course is not None
        for _ in range(students):
            user = await a_user(session)
            await courses.enroll(session, course, user, Role.STUDENT)
            await sign_in.load_viewer(session, user)
            _, secret = await tokens.issue(session, user, "chaos", datetime.now(UTC))
            secrets.append(secret)
        await session.commit()
    return Class(url, secrets, database)


def last_lines(folder: Path, count: int = 30) -> str:
    """Return the end of each log of `semaforo up`."""
    logs = sorted((folder / "logs").glob("*.log"))
    return "\n".join(
        f"── {log.name}\n" + "\n".join(log.read_text("utf-8", "replace").splitlines()[-count:])
        for log in logs
    )
