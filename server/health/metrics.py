"""Metrics for Prometheus: this process's own counters, and values from other sources.

Nothing is counted twice: requests and live pages are this process's, waiting runs are the
database's, and the workers' counters come with their reports, labelled with the worker's name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from server.actions.backlog import Backlog
from server.health.readiness import Finding
from server.messaging.workers import WorkerReport

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class ServerMetrics:
    """What this process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "semaforo_http_requests", "Requests answered, by the route's pattern.",
            ["method", "route", "status"], registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "semaforo_http_request_seconds", "From a request to the beginning of its answer.",
            ["route"], buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._open = Gauge(
            "semaforo_http_open_answers", "Answers begun and not ended; live pages among them.",
            ["route"], registry=self.registry,
        )  # fmt: skip
        ProcessCollector(namespace="semaforo_server", registry=self.registry)

    def count_begun(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request whose answer begins."""
        # Clients choose the method, and must not be able to create new series.
        self._requests.labels(method if method in _METHODS else "other", route, status).inc()
        self._seconds.labels(route).observe(seconds)
        self._open.labels(route).inc()

    def count_ended(self, route: str) -> None:
        """Count that an answer which had begun has ended."""
        self._open.labels(route).dec()

    def to_text(self, *families: Metric) -> bytes:
        """Return everything in Prometheus' text format, with further figures."""
        return generate_latest(_All(self.registry, families))


class _All(CollectorRegistry):
    """One answer: a registry and figures that were just found."""

    def __init__(self, registry: CollectorRegistry, families: Sequence[Metric]) -> None:
        super().__init__()
        self.register(registry)
        self.register(_Snapshot(families))


class _Snapshot(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def gauge(name: str, what: str, values: Mapping[str, float], label: str) -> Metric:
    """Make a family of one label."""
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def readiness_metrics(found: Mapping[str, Finding]) -> list[Metric]:
    """Give 1 for each part that is well, else 0."""
    well = {part: float(finding.state == "ok") for part, finding in found.items()}
    return [gauge("semaforo_part_ok", "Whether a part is well, as /health says.", well, "part")]


def backlog_metrics(backlog: Backlog) -> list[Metric]:
    """Give runs by state, and how long the oldest has waited."""
    runs = {state.value: float(count) for state, count in backlog.runs.items()}
    oldest = GaugeMetricFamily(
        "semaforo_oldest_queued_seconds", "How long the oldest queued run has waited."
    )
    oldest.add_metric([], backlog.oldest_seconds)
    return [gauge("semaforo_open_runs", "Runs that are not finished.", runs, "state"), oldest]


def statement_metrics(statements: int) -> list[Metric]:
    """Give how many statements this process has sent to the database."""
    name = "semaforo_server_database_statements"
    return [CounterMetricFamily(name, "Statements sent to the database.", value=statements)]


def queue_metrics(messages: int) -> list[Metric]:
    """Give how many messages wait or are in a worker's hands."""
    family = GaugeMetricFamily("semaforo_queue_messages", "Messages that speak of open runs.")
    family.add_metric([], messages)
    return [family]


def worker_metrics(workers: Sequence[WorkerReport]) -> list[Metric]:
    """Give what workers say of themselves, and what they count, each with its name."""
    up = GaugeMetricFamily("semaforo_worker_up", "Workers that are alive.", labels=["worker"])
    busy = GaugeMetricFamily("semaforo_runs_in_flight", "Runs in hand.", labels=["worker"])
    suites = GaugeMetricFamily(
        "semaforo_suite_down", "Suites that do not work.", labels=["worker", "exercise"]
    )
    for worker in workers:
        up.add_metric([worker.name], 1)
        busy.add_metric([worker.name], worker.runs_in_flight)
        for slug, how in worker.suites.items():
            suites.add_metric([worker.name, slug], float(how == "down"))
    return [
        *(_sum_equal_samples(family) for family in (up, busy, suites)),
        *_worker_counters(workers),
    ]


def _worker_counters(workers: Sequence[WorkerReport]) -> list[Metric]:
    families: dict[str, Metric] = {}
    for worker in workers:
        for family in text_string_to_metric_families(worker.metrics):
            merged = families.setdefault(
                family.name, Metric(family.name, family.documentation, family.type)
            )
            for sample in family.samples:
                if not sample.name.endswith("_created"):
                    labels = {**sample.labels, "worker": worker.name}
                    merged.add_sample(sample.name, labels, sample.value)
    return [_sum_equal_samples(family) for family in families.values() if family.samples]


def _sum_equal_samples(family: Metric) -> Metric:
    """Make one sample of those with the same labels: two workers may have the same name."""
    sums: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for sample in family.samples:
        key = sample.name, tuple(sorted(sample.labels.items()))
        sums[key] = sums.get(key, 0.0) + sample.value
    family.samples = []
    for (name, labels), value in sums.items():
        family.add_sample(name, dict(labels), value)
    return family
