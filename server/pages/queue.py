"""/courses/{course}/queue: what is waiting and being graded now, by whom, and what is undecided."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from graders.catalogue.exercises import Catalogue as Exercises
from graders.report import RunState
from server.access import Permission
from server.actions import courses, open_runs
from server.actions.overview import OpenRun
from server.deps import Catalogue, CurrentViewer, Db, Language, Now, Queue
from server.i18n import gettext_for
from server.messaging.workers import WorkerReport
from server.messaging.workers_at_hand import workers_at_hand
from server.pages.course_tabs import tabs_for
from server.pages.results import describe_reason, describe_state
from server.pages.suites import SuiteView, suites_to_look_at
from server.templating import render_page

router = APIRouter(include_in_schema=False)


@router.get("/courses/{course}/queue")
async def show_queue(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    queue: Queue,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> HTMLResponse:
    """Show the open runs of a course, the workers, and suites that call for action."""
    async with db.read() as session:
        chosen = await courses.get_course(session, course, viewer)
        seen = await open_runs.list_open_runs(session, viewer, chosen, now)
        given = await open_runs.exercises_of(session, chosen.id)
    known = await workers_at_hand(queue)
    workers = None if known is None else [_worker(worker) for worker in known]
    shown = {"course": chosen, "language": language, "viewer": viewer, "workers": workers}
    shown["tabs"] = await tabs_for(db, viewer, chosen, "queue", language)
    suites = await suites_to_look_at(db, viewer, chosen, given, catalogue, language)
    return await asyncio.to_thread(_page, request, shown, seen, suites, catalogue)


def _worker(worker: WorkerReport) -> dict[str, Any]:
    return {
        "name": worker.name,
        "runs": worker.runs_in_flight,
        "most": worker.runs_at_most,
        "trouble": ", ".join(worker.suites_down),
    }


def _page(
    request: Request,
    shown: dict[str, Any],
    seen: open_runs.OpenRuns,
    suites: Mapping[str, SuiteView],
    catalogue: Exercises,
) -> HTMLResponse:
    language, viewer = shown["language"], shown["viewer"]
    may_regrade = viewer.may(Permission.MANAGE, shown["course"].id)
    return render_page(
        request,
        "dashboard/queue.html",
        **shown,
        pending=[_run(run, catalogue, language, may_regrade=may_regrade) for run in seen.runs],
        counts=[(_state(state, language), runs) for state, runs in seen.counts.items()],
        suites=suites,
        problems=[problem.words.to(language) for problem in catalogue.problems],
    )


def _run(run: OpenRun, catalogue: Exercises, language: str, *, may_regrade: bool) -> dict[str, Any]:
    _ = gettext_for(language)
    words = _state(run.state, language)
    is_abandoned = run.state is RunState.ABANDONED
    if run.is_stuck and not is_abandoned:
        words += " · " + _("stuck")
    slug = run.exercise
    return {
        "href": f"/submissions/{run.submission_id}",
        "regrade": f"/submissions/{run.submission_id}/regrade"
        if is_abandoned and may_regrade
        else "",
        "lit": "stop" if run.is_stuck else "wait",
        "words": words,
        "student": run.student,
        "exercise": catalogue[slug].title.to(language) if slug in catalogue else slug,
        "age": timedelta(seconds=run.age_seconds),
        "claims": run.claims,
        "worker": run.worker or "" if run.state is RunState.RUNNING else "",
        "reason": describe_reason(run.last_reason, language) if run.last_reason else "",
    }


def _state(state: RunState, language: str) -> str:
    return describe_state(state, None, None, language).words
