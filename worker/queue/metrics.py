"""Metrics of a worker; they reach the server with the worker's report.

Counts begin at 0 with each worker process, as Prometheus expects of a counter.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from graders.catalogue.manifest import Exercise
from graders.report import CheckResult, Report
from worker.grading.grade import GradingOutage
from worker.outages import Restarts
from worker.queue.context import Grades

# From a file that does not parse to a run whose checks all end by their limit.
_SECONDS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120)


class MeasuredGrader:
    """Wraps a grader, and counts how runs ended and how long they took."""

    def __init__(self, grader: Grades, restarts: Restarts) -> None:
        self._grader = grader
        self._registry = CollectorRegistry()
        self._runs = Counter(
            "semaforo_runs", "Grading runs by how they ended: graded, or given back and why.",
            ["exercise", "ended"], registry=self._registry,
        )  # fmt: skip
        self._checks = Counter(
            "semaforo_checks", "Checks of graded runs.", ["verdict"], registry=self._registry
        )
        self._seconds = Histogram(
            "semaforo_grading_seconds", "From a run's claim to its report.",
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Replaced(restarts))

    async def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        *,
        on_check: Callable[[CheckResult], None] = lambda _: None,
        in_turn: bool = False,
    ) -> Report:
        """Grade these files, as `worker.grading.grade.Grader` does."""
        began, ended = time.perf_counter(), "bug"
        try:
            report = await self._grader.grade(exercise, files, on_check=on_check, in_turn=in_turn)
            ended = "graded" if report.is_conclusive else "inconclusive"
        except GradingOutage as outage:
            ended = outage.kind.value
            raise
        except asyncio.CancelledError:
            ended = "stopped"
            raise
        finally:
            self._runs.labels(exercise.slug, ended).inc()
        self._seconds.observe(time.perf_counter() - began)
        if report.is_conclusive:
            for check in report.checks:
                self._checks.labels(check.verdict.value).inc()
        return report

    def to_text(self) -> str:
        """Return all counts in Prometheus' text format."""
        return generate_latest(self._registry).decode()


class _Replaced(Collector):
    def __init__(self, restarts: Restarts) -> None:
        self._restarts = restarts

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(
            "semaforo_processes_replaced", "Helper processes found dead or hung.",
            labels=["role", "reason"],
        )  # fmt: skip
        for (role, reason), count in self._restarts.counts().items():
            family.add_metric([role.value, reason.value], count)
        return [family]
