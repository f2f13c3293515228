"""Checks versions of exercises that administrators added, one at a time, beside the grading.

The table is the queue: it is looked at every second. Each check has a grader of its own, so that
whatever a suite does to its process and its sandbox ends with the check. Its runs share the
worker's lock: a student's run that must be alone waits for a single sample and not for the check.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from graders.catalogue.environments import Environments
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.catalogue.samples import load_samples
from graders.report import CheckResult, Report
from graders.text import LANGUAGES, Text
from server.actions import exercise_checks
from server.actions.exercise_checks import LEASE, CheckClaim
from server.i18n import gettext_for
from server.storage.clock import shared_time
from server.storage.outage import is_outage
from worker.authoring.deciding import SUITE_OUTAGES
from worker.authoring.faults import describe_bad_prerequisites, describe_faults
from worker.authoring.sample_runs import grade_samples
from worker.grading.grade import Grader, GradingOutage
from worker.grading.suite_errors import SuiteError
from worker.queue.context import WorkerContext
from worker.queue.run_lock import RunLock
from worker.shielding import SECONDS_TO_END

CHECK_EVERY_SECONDS: Final = 1.0
# The largest of our own exercises takes 20 s on two processors.
CHECK_SECONDS: Final = 900.0
_AT_ONCE: Final = 2
_PAUSE: Final = timedelta(seconds=20)

_log = structlog.get_logger("semaforo.exercises")


class ClaimLost(Exception):
    """This claim holds no longer: the files came again or were taken away, or the lease ended."""


class Undecided(Exception):
    """This machine could not decide; `faults` are shown once it is not tried again."""

    def __init__(self, faults: list[Text]) -> None:
        super().__init__(faults[-1].en)
        self.faults = faults


class _SharingGrader(Grader):
    """A grader whose runs share the worker's lock with those of students."""

    def __init__(self, context: WorkerContext) -> None:
        settings = context.settings
        super().__init__(
            runtime=settings.runtime_dir,
            name=settings.worker_name,
            environments=Environments(settings.data_dir, settings.pythons),
            insecure=settings.run_student_code_without_a_full_sandbox,
        )
        self._lock: RunLock = context.run_lock

    async def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        *,
        on_check: Callable[[CheckResult], None] = lambda check: None,
        in_turn: bool = False,
    ) -> Report:
        async with self._lock.shared():
            return await super().grade(exercise, files, on_check=on_check, in_turn=in_turn)


async def keep_checking(
    context: WorkerContext, *, every_seconds: float = CHECK_EVERY_SECONDS
) -> None:
    """Check what waits, now and every second, until cancelled.

    Nothing that fails here ends the worker: grading goes on without it.
    """
    is_away = False
    while True:
        try:
            while await check_next(context):
                pass
            is_away = False
        except Exception as error:  # noqa: BLE001 - the check is claimed again when its lease ends
            if not is_outage(error):
                _log.exception("check of an exercise broke")
            elif not is_away:
                _log.warning("exercises not checked", error=str(error))
            is_away = True
        await asyncio.sleep(every_seconds)


async def check_next(context: WorkerContext) -> bool:
    """Check the version that waits longest; returns whether there was one."""
    if context.added is None:
        return False
    async with context.database.read() as session:
        if not await exercise_checks.is_any_due(session, await shared_time(session)):
            return False
    async with context.database.write() as session:
        claim = await exercise_checks.claim(session, await shared_time(session))
        await session.commit()
    if claim is None:
        return False
    try:
        await _check_claimed(context, claim)
    except asyncio.CancelledError:
        # The worker is stopping. The next one then need not wait for the lease to end. No other
        # error may take the place of this one: `keep_checking` would go on, and the worker too.
        with suppress(Exception):
            async with asyncio.timeout(SECONDS_TO_END):
                await _give_back(context, claim, timedelta())
        raise
    return True


async def _check_claimed(context: WorkerContext, claim: CheckClaim) -> None:
    try:
        faults = await _find_faults_while_held(context, claim)
    except ClaimLost:
        _log.warning("claim of a check lost", exercise=claim.slug)
        return
    except Undecided as undecided:
        _log.warning("exercise not checked", exercise=claim.slug, why=str(undecided))
        if not claim.is_last:
            await _give_back(context, claim, _PAUSE)
            return
        faults = undecided.faults
    faults = [_without_our_folders(fault, claim) for fault in faults]
    async with context.database.write() as session:
        is_ours = await exercise_checks.finish(session, claim, faults, await shared_time(session))
        await session.commit()
    _log.info("exercise checked", exercise=claim.slug, faults=len(faults), stored=is_ours)


async def _find_faults_while_held(context: WorkerContext, claim: CheckClaim) -> list[Text]:
    try:
        async with asyncio.timeout(CHECK_SECONDS), asyncio.TaskGroup() as tasks:
            renewing = tasks.create_task(_keep_lease(context, claim))
            faults = await find_faults(context, claim)
            renewing.cancel()
    except TimeoutError:
        return [_TOO_LONG.format(minutes=round(CHECK_SECONDS / 60))]
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    return faults


async def find_faults(context: WorkerContext, claim: CheckClaim) -> list[Text]:
    """Do what `semaforo suite check` does; returns a sentence for each thing to be fixed.

    Raises:
        Undecided: this machine has no sandbox, or was too busy.
        ClaimLost: the version was taken away meanwhile.
    """
    if context.added is None:
        raise RuntimeError("this worker has no store of added exercises")
    try:
        folder = await context.added.unpack(claim.slug, claim.content_hash)
    except LookupError:
        raise ClaimLost from None
    except OSError as error:
        raise Undecided([_NOT_HERE.format(why=error)]) from error
    try:
        exercise = load_exercise(folder)
        samples = load_samples(exercise)
    except ManifestError as error:
        return [error.words]
    others = list(context.catalogue.now().values())
    prerequisites = _in_each_language(
        lambda language: describe_bad_prerequisites(exercise, others, gettext_for(language))
    )
    try:
        async with _SharingGrader(context) as grader:
            found = await grade_samples(exercise, samples, grader, at_once=_AT_ONCE)
    except GradingOutage as outage:
        return [*prerequisites, _fault_of(outage)]
    except BaseExceptionGroup as group:  # of the samples, graded at once
        outages = group.subgroup(GradingOutage)
        if outages is None:
            raise
        return [*prerequisites, _fault_of(_first(outages))]
    faults = _in_each_language(
        lambda language: describe_faults(found, gettext_for(language), language)
    )
    if found.undecided:
        raise Undecided(faults)
    return [*prerequisites, *faults]


def _without_our_folders(fault: Text, claim: CheckClaim) -> Text:
    """Name files as their author does: from the exercise's folder on."""
    es, en = (_cut_paths(words, f"/{claim.content_hash}/") for words in (fault.es, fault.en))
    return Text(es=es, en=en)


def _cut_paths(words: str, until: str) -> str:
    # Not by one expression: 60,000 slashes in a suite's error held up the worker for a minute.
    *before, last = words.split(until)
    for number, part in enumerate(before):
        path = re.split(r"[\s:]", part)[-1]
        before[number] = part.removesuffix(path) + path.partition("/")[0]
    return "".join([*before, last])


def _fault_of(outage: GradingOutage) -> Text:
    """Return what is wrong with the suite.

    Raises:
        Undecided: nothing is, or that is not known.
    """
    cause = outage.__cause__
    words = cause.words if isinstance(cause, SuiteError) else Text.same(str(outage))
    if outage.kind not in SUITE_OUTAGES:
        raise Undecided([_NOT_HERE.format(why=words)])
    return _DOES_NOT_RUN.format(why=words)


def _first(group: BaseExceptionGroup[GradingOutage]) -> GradingOutage:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _in_each_language(describe: Callable[[str], list[str]]) -> list[Text]:
    spanish, english = (describe(language) for language in LANGUAGES)
    return [Text(es=es, en=en) for es, en in zip(spanish, english, strict=True)]


async def _keep_lease(context: WorkerContext, claim: CheckClaim) -> None:
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        try:
            async with context.database.write() as session:
                is_ours = await exercise_checks.renew(session, claim, await shared_time(session))
                await session.commit()
        except Exception as error:
            if not is_outage(error):
                raise
            continue
        if not is_ours:
            raise ClaimLost


async def _give_back(context: WorkerContext, claim: CheckClaim, pause: timedelta) -> None:
    async with context.database.write() as session:
        await exercise_checks.give_back(session, claim, await shared_time(session), pause=pause)
        await session.commit()


_TOO_LONG: Final = Text(
    "La comprobación duró más de {minutes} minutos: quita muestras o haz más breves las "
    "comprobaciones.",
    "The check took more than {minutes} minutes: take samples out, or make the checks shorter.",
)
_DOES_NOT_RUN: Final = Text("La suite no funciona: {why}", "The suite does not run: {why}")
_NOT_HERE: Final = Text(
    "El worker no pudo comprobarla: {why}. Súbela otra vez más tarde.",
    "The worker could not check it: {why}. Upload it again later.",
)
