"""Measure everything and print it as BENCHMARKS.md keeps it: `make bench`.

    python -m tests.bench [--quick]

Talks to loopback only, bounded in count, and stops by itself.
"""

import asyncio
import os
import platform
import sys
from datetime import UTC, datetime

from tests.bench import grading, serving

QUICK, FULL = (5, 20, 20), (40, 200, 200)


def main() -> None:
    """Print the machine, then every table."""
    alone, many, crowd = QUICK if "--quick" in sys.argv[1:] else FULL
    print(f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}\n")
    print("### POST to verdict, a right `gather`, idle machine\n")
    _served(asyncio.run(serving.measure(alone, 1)))
    print(f"\n### {crowd} submissions at once\n")
    _served(asyncio.run(serving.measure(crowd, crowd)))
    print("\n### Grading alone, no server\n")
    print(
        "| in flight | runs/s | wall p50 ms | p95 | suite's own wait p50 | CPU ms per run "
        "| suite | sandbox | flips | undecided |\n" + "|---" * 10 + "|"
    )
    for in_flight, runs in ((1, alone), (16, many), (32, many)):
        _graded(in_flight, runs, asyncio.run(grading.measure("gather", runs, in_flight)))


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return (
        f"{os.cpu_count()} processors, {memory} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, load before {os.getloadavg()[0]:.1f}"
    )


def _served(figures: serving.Figures) -> None:
    print(
        "| submissions | per second | p50 ms | p95 ms | suite's own wait p50 ms "
        "| beyond the wait p50 ms | p95 ms | flips |\n" + "|---" * 8 + "|"
    )
    cells = [
        f"{len(figures.walls)}", f"{len(figures.walls) / figures.seconds:.1f}",
        _ms(figures.walls, 50), _ms(figures.walls, 95), _ms(figures.waits, 50),
        _ms(figures.overhead, 50), _ms(figures.overhead, 95), f"{figures.flips}",
    ]  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)


def _graded(in_flight: int, runs: int, figures: grading.Figures) -> None:
    suite, sandbox = figures.suite_cpu * 1000, figures.sandbox_cpu * 1000
    cells = [
        f"{in_flight}", f"{runs / figures.seconds:.1f}", _ms(figures.walls, 50),
        _ms(figures.walls, 95), _ms(figures.waits, 50), f"{suite + sandbox:.1f}",
        f"{suite:.1f}", f"{sandbox:.1f}", f"{figures.flips}", f"{figures.undecided}",
    ]  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)


def _ms(seconds: list[float], percent: int) -> str:
    place = min(len(seconds) - 1, len(seconds) * percent // 100)
    return f"{seconds[place] * 1000:.0f}"


if __name__ == "__main__":
    main()
