"""Kill and stop every part while a class hands in; at the end nothing may be lost or wrong.

    python -m tests.bench.chaos --minutes 60 --seed 7 [--database postgresql]

Starts `semaforo up` of its own, on a free port of loopback, and touches only what it has started.
Ends with 1 and a line for each submission that is lost, doubled, wrong, abandoned or stuck.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.storage.database import Database
from tests.bench.class_at_work import Class, enrol, last_lines
from tests.bench.roles import ROLES, by_role
from tests.fixtures import postgresql
from tests.journeys.conftest import local_stack

# Long against a renewal, a heartbeat, a client's patience; the last also against a lease.
STOP_SECONDS = (0.5, 2.0, 7.0)
LEASE_SECONDS = 5
# A lease, a pause of a minute, and the time a stopped judge may take to be given up.
SETTLE_SECONDS = 180.0
SETTINGS = {
    "SEMAFORO_LEASE_SECONDS": str(LEASE_SECONDS),
    "SEMAFORO_SUBMISSIONS_PER_MINUTE": "100000",
    "SEMAFORO_MOST_WAITING": "100000",
}
_DATABASE = "postgresql"
_FIND_SECONDS = 3.0


@dataclass
class Campaign:
    """What was done, and what came of it."""

    submissions: int = 0
    done: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    log: str = ""
    phases: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Note how many seconds this part of the campaign takes."""
        begun = time.monotonic()
        yield
        self.phases[name] = time.monotonic() - begun

    def lines(self) -> Iterator[str]:
        """Say it for people."""
        yield f"{self.submissions} submissions, {self.done.total()} faults"
        yield ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.phases.items())
        yield "done: " + ", ".join(f"{name} {n}" for name, n in sorted(self.done.items()))
        if self.missed:
            yield "nobody to hit: " + ", ".join(f"{k} {n}" for k, n in self.missed.items())
        yield "answers: " + ", ".join(f"{k} {n}" for k, n in sorted(self.answers.items()))
        yield from self.faults or ["nothing lost, doubled, wrong, abandoned or stuck"]


@dataclass
class Chaos:
    """Does one fault after another to a running `semaforo up`."""

    supervisor: int
    choose: random.Random
    campaign: Campaign
    server: "postgresql.Server | None" = None

    def deck(self) -> list[tuple[str, float]]:
        """Return every fault once, in a random order: a role, and for how long; 0 is for ever."""
        roles = [*ROLES, *([_DATABASE] if self.server else [])]
        faults = [(role, 0.0) for role in roles]
        faults += [(role, self.choose.choice(STOP_SECONDS)) for role in roles if role != "check"]
        self.choose.shuffle(faults)
        return faults

    async def go_on(self, seconds: float, pause_seconds: float, fewest: int) -> None:
        """Deal decks of faults for that long, and until there were so many.

        Each fault begins when the one before is over.
        """
        deadline = time.monotonic() + seconds
        while True:
            for role, stop_seconds in self.deck():
                if time.monotonic() >= deadline and self.campaign.done.total() >= fewest:
                    return
                await self._do(role, stop_seconds)
                await asyncio.sleep(self.choose.uniform(0.2, 1.8) * pause_seconds)

    async def _do(self, role: str, stop_seconds: float) -> None:
        name = f"stop {role}" if stop_seconds else f"kill {role}"
        if role == _DATABASE:
            await self._hit_database(stop_seconds)
            self.campaign.done[name] += 1
            return
        if not await self._hit(role, stop_seconds):
            self.campaign.missed[name] += 1
            return
        self.campaign.done[name] += 1

    async def _hit(self, role: str, stop_seconds: float) -> bool:
        """Signal somebody of this role; some live for milliseconds, so it is looked for a while."""
        deadline = time.monotonic() + _FIND_SECONDS
        while time.monotonic() < deadline:
            found = by_role(self.supervisor).get(role)
            if found:
                victim = self.choose.choice(found)
                if not stop_seconds:
                    return _signal(victim.pid, signal.SIGKILL)
                if _signal(victim.pid, signal.SIGSTOP):
                    try:
                        await asyncio.sleep(stop_seconds)
                    finally:
                        if victim.is_still_there():
                            _signal(victim.pid, signal.SIGCONT)
                    return True
            await asyncio.sleep(0.01)
        return False

    async def _hit_database(self, stop_seconds: float) -> None:
        assert self.server is not None
        if stop_seconds:
            self.server.freeze()
            try:
                await asyncio.sleep(stop_seconds)
            finally:
                self.server.thaw()
        else:
            await asyncio.to_thread(self.server.stop)
            await asyncio.to_thread(self.server.start)


def _signal(pid: int, number: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
        return True
    return False


async def campaign(
    seconds: float,
    seed: int,
    *,
    on_postgresql: bool = False,
    students_pause: float = 3.0,
    fault_pause: float = 1.5,
    prepares_suites: bool = True,
    fewest_faults: int = 0,
) -> Campaign:
    """Run one campaign from nothing to its end, and leave nothing behind."""
    result = Campaign()
    async with AsyncExitStack() as stack:
        with result.phase("start"):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="semaforo-chaos-"))
            server, settings = await stack.enter_async_context(on_database(on_postgresql))
            settings["SEMAFORO_WORKER_PREPARES_SUITES"] = str(prepares_suites)
            data_dir = Path(folder) / "data"
            up = await stack.enter_async_context(local_stack(data_dir, **SETTINGS, **settings))
            url = settings.get("SEMAFORO_DATABASE_URL") or f"sqlite:///{data_dir}/semaforo.db"
            database = Database(url)
            stack.push_async_callback(database.close)
            people = await enrol(up.url, database)
        with result.phase("quiet"):
            await people.learn()
        choose = random.Random(seed)  # noqa: S311 - to be repeated
        chaos = Chaos(up.process.pid, choose, result, server)
        with result.phase("chaos"):
            async with asyncio.timeout(seconds + SETTLE_SECONDS):
                faults = chaos.go_on(seconds, fault_pause, fewest_faults)
                await _disturb(people, students_pause, seed, faults)
        with result.phase("settling"):
            await people.all_over(SETTLE_SECONDS)
        result.faults = await people.faults()
        if up.process.returncode is not None:
            result.faults.append(f"semaforo up ended: {up.process.returncode}")
        result.submissions, result.answers = len(people.accepted), people.answers
        result.log = last_lines(data_dir)
    return result


async def _disturb(
    people: Class, students_pause: float, seed: int, faults: Coroutine[Any, Any, None]
) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(people.work(students_pause, seed))
        try:
            await faults
        finally:
            people.is_over.set()


@asynccontextmanager
async def on_database(
    is_postgresql: bool,
) -> AsyncIterator[tuple["postgresql.Server | None", dict[str, str]]]:
    """Run a PostgreSQL of one's own, with the settings that name it; SQLite needs neither."""
    if not is_postgresql:
        yield None, {}
        return
    binaries = postgresql.find_binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL: initdb is neither on PATH nor under /usr/lib/postgresql")
    server = await asyncio.to_thread(postgresql.Server, binaries)
    try:
        await asyncio.to_thread(server.start)
        yield server, {"SEMAFORO_DATABASE_URL": server.url.format(name="postgres")}
    finally:
        await asyncio.to_thread(server.remove)


def main() -> int:
    """Run campaigns as the options say; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10_000)
    parser.add_argument("--database", choices=["sqlite", _DATABASE], default="sqlite")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.database}", flush=True)
    found = asyncio.run(
        campaign(options.minutes * 60, options.seed, on_postgresql=options.database == _DATABASE)
    )
    print("\n".join(found.lines()))
    if found.faults:
        print(found.log)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
