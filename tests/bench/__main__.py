"""Measure everything and print it as BENCHMARKS.md keeps it: `make bench`.

Talks to loopback only, bounded in count, and stops by itself.
"""

import argparse
import asyncio
import os
import platform
from datetime import UTC, datetime

from tests.bench import grading, others, serving, soak
from tests.bench.judges import JUDGES

QUICK, FULL = (5, 20, 20, 40), (40, 200, 200, 2000)
SOAK_LOOKS = 5


def main() -> None:
    """Print the machine, then every table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="with few runs, to see it work")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--served", action="store_true", help="only what goes through the server")
    only.add_argument("--others", action="store_true", help="only what people use today")
    only.add_argument("--soak", action="store_true", help="only the soak, with 10,000 runs")
    arguments = parser.parse_args()
    alone, many, crowd, soaked = QUICK if arguments.quick else FULL
    print(f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}")
    if arguments.soak:
        _soaked(10_000)
    elif arguments.others:
        _compared(alone, many)
    else:
        _all_served(alone, crowd)
        if not arguments.served:
            _all_graded(alone, many)
            _compared(alone, many)
            _soaked(soaked)


def _all_served(alone: int, crowd: int) -> None:
    print("\n### POST to verdict, a right `gather`, idle machine\n")
    _served(asyncio.run(serving.measure(alone, 1)))
    print(f"\n### {crowd} submissions at once\n")
    _served(asyncio.run(serving.measure(crowd, crowd)))


def _all_graded(alone: int, many: int) -> None:
    print("\n### Grading alone, no server\n")
    print(
        "| in flight | runs/s | wall p50 ms | p95 | suite's own wait p50 | CPU ms per run "
        "| suite | sandbox | flips | undecided |\n" + "|---" * 10 + "|"
    )
    for in_flight, runs in ((1, alone), (4, many), (16, many), (32, many), (64, many)):
        _graded(in_flight, runs, asyncio.run(grading.measure("gather", runs, in_flight)))


def _compared(alone: int, many: int) -> None:
    print("\n### What people use today, with the same six checks by the stopwatch\n")
    print(
        "| how | in flight | runs/s | wall p50 ms | p95 | CPU ms per run | right ones failed |\n"
        + "|---" * 7 + "|"
    )  # fmt: skip
    for judge in JUDGES:
        for in_flight in judge.in_flight:
            runs = alone if in_flight == 1 else many
            _other(judge.name, in_flight, asyncio.run(others.measure(judge, runs, in_flight)))


def _soaked(runs: int) -> None:
    print(f"\n### Soak: {runs} runs in one grader, {soak.IN_FLIGHT} in flight\n")
    print(
        "| runs | memory of all its processes MiB | descriptors | processes | cgroups "
        "| CPU ms per run |\n" + "|---" * 6 + "|"
    )
    for look in asyncio.run(soak.measure(runs, SOAK_LOOKS)):
        print(
            f"| {look.runs} | {look.memory_mib:.0f} | {look.descriptors} | {look.processes} "
            f"| {look.cgroups} | {look.cpu_ms_per_run:.1f} |",
            flush=True,
        )


def _other(name: str, in_flight: int, figures: others.Figures | None) -> None:
    if figures is None:
        print(f"| {name} | {in_flight} | not installed here |", flush=True)
        return
    cpu = "not counted" if figures.cpu is None else f"{figures.cpu * 1000:.0f}"
    cells = [
        name, f"{in_flight}", f"{len(figures.times) / figures.seconds:.1f}", _ms(figures.times, 50),
        _ms(figures.times, 95), cpu, f"{figures.failed_right}",
    ]  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)


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
        f"{len(figures.times)}", f"{len(figures.times) / figures.seconds:.1f}",
        _ms(figures.times, 50), _ms(figures.times, 95), _ms(figures.waits, 50),
        _ms(figures.overhead, 50), _ms(figures.overhead, 95), f"{figures.flips}",
    ]  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)


def _graded(in_flight: int, runs: int, figures: grading.Figures) -> None:
    suite, sandbox = figures.suite_cpu * 1000, figures.sandbox_cpu * 1000
    cells = [
        f"{in_flight}", f"{runs / figures.seconds:.1f}", _ms(figures.times, 50),
        _ms(figures.times, 95), _ms(figures.waits, 50), f"{suite + sandbox:.1f}",
        f"{suite:.1f}", f"{sandbox:.1f}", f"{figures.flips}", f"{figures.undecided}",
    ]  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)


def _ms(seconds: list[float], percent: int) -> str:
    place = min(len(seconds) - 1, len(seconds) * percent // 100)
    return f"{seconds[place] * 1000:.0f}"


if __name__ == "__main__":
    main()
