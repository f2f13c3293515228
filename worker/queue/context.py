"""What every job of a worker needs: grader, catalogue, database, queue and settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from arq.connections import ArqRedis

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise
from graders.report import CheckResult, Report
from server.exercise_store import ExerciseStore
from server.settings import Settings
from server.storage.database import Database
from worker.queue.recent_failures import RecentFailures
from worker.queue.run_lock import RunLock


class Grades(Protocol):
    """Turns files into a report; `worker.grading.grade.Grader` is one."""

    async def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        *,
        on_check: Callable[[CheckResult], None] = ...,
        in_turn: bool = ...,
    ) -> Report:
        """Grade these files."""


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What every job of a worker needs: grader, catalogue, database, queue and settings.

    added  The exercises that administrators added; None takes those on disk alone.
    """

    grader: Grades
    catalogue: Catalogue
    database: Database
    queue: ArqRedis
    settings: Settings
    run_lock: RunLock = field(default_factory=RunLock)
    recent_failures: RecentFailures = field(default_factory=RecentFailures)
    version: str = ""
    added: ExerciseStore | None = None

    @property
    def lease(self) -> timedelta:
        """How long a claim holds without being renewed."""
        return timedelta(seconds=self.settings.lease_seconds)
