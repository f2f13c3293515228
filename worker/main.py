"""`python -m worker.main`: take grading runs off the queue until SIGTERM or SIGINT.

It refuses to start where the sandbox could not confine student code, unless a setting accepts that.
Exit codes: 0 stopped by a signal, 1 an error, 78 must not start on this host as it is.

With `--stay-when-refused` it reports the refusal and then idles until it is stopped, for
supervisors that restart it whatever its exit code (restart policies of containers). Its health
check fails meanwhile: `worker/queue/health.py`.
"""

import argparse
import asyncio
import signal
import sys
from secrets import token_hex
from typing import Final

import structlog

from graders.catalogue.environments import Environments
from graders.catalogue.exercises import LiveCatalogue
from graders.catalogue.manifest import ManifestError
from server.exercise_store import ExerciseStore
from server.logs import configure_logs
from server.messaging.jobs import QUEUE_NAME, open_queue
from server.messaging.workers import WorkerReport
from server.settings import Settings, get_settings
from server.storage.database import Database
from worker.grading.grade import Grader, GradingOutage
from worker.queue.admission import Admission
from worker.queue.context import WorkerContext
from worker.queue.exercise_checks import keep_checking
from worker.queue.heartbeat import keep_heartbeat
from worker.queue.jobs import JOB_SECONDS, grade_run
from worker.queue.metrics import MeasuredGrader
from worker.queue.outbox import keep_sending
from worker.queue.playground import make_playground_worker
from worker.queue.push import PushWorker
from worker.queue.room import process_room_for
from worker.queue.sweep import keep_sweeping
from worker.queue.version import version

# EX_CONFIG of sysexits.h: a supervisor may know that a restart will not help.
MUST_NOT_START: Final = 78
SOMETHING_BROKE: Final = 1
_EXAMINATIONS: Final = 6

# arq counts every redelivery as a try and drops the message silently after the last. Claims are
# counted in the row instead, and the sweep would send the message again anyway.
_ENDLESS_TRIES: Final = 1_000_000
_HEALTH_SECONDS: Final = 30

_log = structlog.get_logger("semaforo.worker")


class Unprotected(Exception):
    """Essential protections do not hold on this host; the message names them."""


class NotExamined(Exception):
    """Every examination of the sandbox was interrupted; the message says how the last one was."""


async def work(settings: Settings) -> None:
    """Grade until cancelled; give back the claimed runs before returning."""
    await _require_protections(settings)
    catalogue = LiveCatalogue(*settings.exercises_dirs)
    database, queue = Database(settings.database_url), open_queue(settings.redis_url)
    grader = Grader(
        runtime=settings.runtime_dir,
        name=settings.worker_name,
        environments=Environments(settings.data_dir, settings.pythons),
        insecure=settings.run_student_code_without_a_full_sandbox,
        rehearses=True,
    )
    try:
        async with grader, asyncio.TaskGroup() as tasks:
            soon = catalogue.values() if settings.worker_prepares_suites else ()
            preparing = tasks.create_task(grader.prepare(soon))
            try:
                measured = MeasuredGrader(grader, grader.restarts)
                added = ExerciseStore(database, catalogue, settings.data_dir)
                context = WorkerContext(
                    measured, catalogue, database, queue, settings, version=version(), added=added
                )
                await _run_worker(context, grader, measured)
            finally:
                preparing.cancel()
    finally:
        await queue.aclose()
        await database.close()


async def _run_worker(context: WorkerContext, grader: Grader, measured: MeasuredGrader) -> None:
    worker = _make_worker(context)
    instance = f"{context.settings.worker_name}:{token_hex(4)}"

    def build_report() -> WorkerReport:
        known = context.catalogue.now()
        return WorkerReport(
            instance=instance,
            name=context.settings.worker_name,
            runs_in_flight=len(worker.tasks),
            runs_at_most=worker.at_most,
            suites={slug: state for slug, state in grader.suite_states().items() if slug in known},
            metrics=measured.to_text(),
        )

    async with (
        keep_heartbeat(context.queue, context.settings.data_dir, build_report),
        asyncio.TaskGroup() as tasks,
    ):
        helpers = [keep_sweeping(context), keep_sending(context), keep_checking(context)]
        if context.settings.playground:
            helpers.append(_keep_tracing(make_playground_worker(context, worker, grader.trace)))
        running = [tasks.create_task(helper) for helper in helpers]
        try:
            await worker.main()
        finally:
            for task in running:
                task.cancel()
            await worker.end()


async def _keep_tracing(playground: PushWorker) -> None:
    try:
        await playground.main()
    finally:
        await playground.end()


def _make_worker(context: WorkerContext) -> PushWorker:
    wanted = context.settings.worker_runs_at_once
    room = process_room_for(context.catalogue.now().values())
    if room.runs < wanted:
        _log.warning("fewer runs at once", why=room.finding(wanted).detail.en)
    return PushWorker(
        [grade_run],
        queue_name=QUEUE_NAME,
        redis_pool=context.queue,
        ctx={"context": context},
        lease_seconds=context.settings.lease_seconds,
        admission=Admission(min(wanted, room.runs)),
        # Jobs in hand stay in the list that is read; there must be room behind them.
        queue_read_limit=max(100, 5 * wanted),
        job_timeout=JOB_SECONDS,
        max_tries=_ENDLESS_TRIES,
        keep_result=0,
        health_check_interval=_HEALTH_SECONDS,
        log_results=False,
    )


async def _require_protections(settings: Settings) -> None:
    if settings.run_student_code_without_a_full_sandbox:
        return
    from worker.host.doctor import examine

    before: list[str] = []
    details = ""
    # A sandbox that is killed during an examination proves nothing about this host. What two
    # examinations in a row have found missing is.
    for _ in range(_EXAMINATIONS):
        findings = await examine(settings.runtime_dir)
        missing = [finding for finding in findings if finding.essential and not finding.holds]
        if not missing:
            return
        # The last line of each: a detail may end in a traceback.
        details = " ".join(one.detail.en.strip().rpartition("\n")[2] for one in missing)
        names = [one.name for one in missing if one.is_certain]
        if names and names == before:
            raise Unprotected(details)
        before = names
    raise NotExamined(details)


async def _work_until_signalled(settings: Settings) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None:
        raise RuntimeError("not in a task")

    def stop() -> None:
        # Only the first signal: a second one ends the process at once.
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await work(settings)


def main() -> int:
    """Run the worker; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m worker.main", description=main.__doc__)
    parser.add_argument("--stay-when-refused", action="store_true")
    options = parser.parse_args()
    code = _run()
    if code == MUST_NOT_START and options.stay_when_refused:
        _idle_until_signalled()
    return code


def _idle_until_signalled() -> None:
    print(  # noqa: T201 - shown in the terminal
        "The worker idles and grades nothing until it is stopped and started again.",
        file=sys.stderr,
        flush=True,
    )
    signals = {signal.SIGTERM, signal.SIGINT}
    # A signal that arrives before `sigwait` stays pending.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    signal.sigwait(signals)


def _run() -> int:
    configure_logs()
    settings = get_settings()
    try:
        asyncio.run(_work_until_signalled(settings))
    except asyncio.CancelledError:
        return 0
    except Unprotected as refusal:
        return _refuse(
            f"The worker does not start: essential protections do not hold here ({refusal}). "
            "`semaforo doctor` shows the details. To grade anyway, and let submissions read and "
            "change whatever the worker can: SEMAFORO_RUN_STUDENT_CODE_WITHOUT_A_FULL_SANDBOX=1"
        )
    except ManifestError as refusal:
        return _refuse(f"The worker does not start: {refusal}")
    except NotExamined as interrupted:
        return _refuse(f"The worker does not start yet: {interrupted}", SOMETHING_BROKE)
    except GradingOutage as outage:
        # The protections held a moment ago: a restart may help.
        return _refuse(f"The worker does not start: {outage}", SOMETHING_BROKE)
    return 0


def _refuse(sentence: str, code: int = MUST_NOT_START) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 - shown in the terminal
    return code


if __name__ == "__main__":
    sys.exit(main())
