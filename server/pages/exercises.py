"""/exercises/{slug}: a statement, and handing in."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from graders.catalogue.files import FileRefused
from server.access import Permission, require
from server.actions import assignments
from server.deps import Catalogue as CatalogueDep
from server.deps import (
    CurrentViewer,
    Db,
    Intake,
    Language,
    Now,
    Rates,
    ReadSession,
    Settings,
    count_submission,
)
from server.errors import DomainError, NotFound, to_refusal
from server.models import SubmissionSource
from server.pages.exercise_view import describe_exercise, for_programs, with_code
from server.pages.forms import choose_uploads, describe_refusal, read_hand_in, read_programs
from server.templating import render_page
from server.terms_text import describe_for_all

router = APIRouter(include_in_schema=False)


@router.get("/exercises/{slug}")
async def show_exercise(
    request: Request,
    slug: str,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: CatalogueDep,
    settings: Settings,
    language: Language,
    now: Now,
    course: str | None = None,
    begin: str | None = None,
) -> HTMLResponse:
    """Show the statement, the form, and the viewer's earlier attempts.

    With `begin=starter` the form holds the starter even after an attempt.
    """
    assignment = await assignments.find_assignment(session, viewer, slug, course)
    values = await describe_exercise(
        *(session, viewer, assignment, catalogue, language, now), from_starter=begin == "starter"
    )
    values |= for_programs(assignment, settings.public_url)
    return render_page(
        request, "exercises/exercise.html", language=language, viewer=viewer, **values
    )


@router.get("/courses/{course}/assignments/{exercise}/preview")
async def preview_exercise(
    request: Request,
    course: str,
    exercise: str,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: CatalogueDep,
    settings: Settings,
    language: Language,
    now: Now,
) -> HTMLResponse:
    """Show an assignment to staff as a student sees it who has not handed in; read-only."""
    assignment = await assignments.find_assignment(session, viewer, exercise, course)
    require(viewer, Permission.SEE_WORK, assignment.course_id)
    values = await describe_exercise(
        *(session, viewer, assignment, catalogue, language, now), from_starter=True
    )
    values |= for_programs(assignment, settings.public_url)
    values |= {"history": [], "tasks": None, "override": None, "is_preview": True}
    values["exercise"]["terms"] = describe_for_all(assignment, language, now)
    return render_page(
        request, "exercises/exercise.html", language=language, viewer=viewer, **values
    )


@router.get("/exercises/{slug}/starter")
async def download_starter(
    slug: str,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: CatalogueDep,
    course: str | None = None,
    file: str | None = None,
) -> Response:
    """Download a starter file, the first if none is named, under the name to hand in."""
    await assignments.find_assignment(session, viewer, slug, course)
    exercise = assignments.get_published(catalogue, slug)
    name = exercise.files[0] if file is None else file
    if name not in exercise.files:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(
        exercise.starter[name], headers=headers, media_type="text/x-python; charset=utf-8"
    )


@router.post("/exercises/{slug}")
async def hand_in(
    request: Request,
    slug: str,
    viewer: CurrentViewer,
    db: Db,
    intake: Intake,
    catalogue: CatalogueDep,
    settings: Settings,
    rates: Rates,
    language: Language,
    now: Now,
    course: str | None = None,
) -> Response:
    """Hand in the chosen files or the pasted code; a refusal is shown beside the form."""
    form = await read_hand_in(request)
    try:
        await count_submission(viewer, rates, settings)
        submission = await intake.submit(
            viewer,
            slug,
            course,
            lambda exercise: choose_uploads(exercise, form, language),
            source=SubmissionSource.WEB,
            key=form.key,
            anyway=form.anyway,
            now=now,
        )
    except DomainError as refused:
        async with db.read() as session:
            assignment = await assignments.find_assignment(session, viewer, slug, course)
            values = await describe_exercise(session, viewer, assignment, catalogue, language, now)
        values |= for_programs(assignment, settings.public_url)
        values |= describe_refusal(refused, form, language)
        values |= with_code(form, values["exercise"]["files"])
        return render_page(
            request, "exercises/exercise.html", language=language, viewer=viewer, **values
        )
    return RedirectResponse(f"/submissions/{submission.id}", 303)


@router.post("/exercises/{slug}/read", dependencies=[Depends(count_submission)])
async def read_files(
    request: Request,
    slug: str,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: CatalogueDep,
    language: Language,
    course: str | None = None,
) -> JSONResponse:
    """Return the code of the chosen files, for the form to show; nothing is stored."""
    await assignments.find_assignment(session, viewer, slug, course)
    exercise = assignments.get_published(catalogue, slug)
    form = await read_hand_in(request)
    try:
        return JSONResponse({"code": read_programs(exercise, form)})
    except FileRefused as refused:
        return JSONResponse({"error": refused.detail.to(language)}, to_refusal(refused).status)
