"""/courses/{course}/requests: second looks that students ask for; staff answer them here."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, Viewer
from server.actions import courses, second_looks
from server.actions.second_looks import ON_A_PAGE
from server.deps import Catalogue, CurrentViewer, Db, Language, Moment, Now
from server.errors import InvalidMessage
from server.i18n import gettext_for
from server.messaging.progress import FINAL_STATES
from server.models import Course, SecondLook, Submission
from server.pages.course_tabs import tabs_for
from server.templating import render_page

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=100_000)]


@router.get("/courses/{course}/requests")
async def show_requests(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    everything: Annotated[bool, Query(alias="all")] = False,
    after: Moment | None = None,
    after_id: UUID | None = None,
) -> Response:
    """List the requests that wait, the oldest first; with `all`, also the answered ones."""
    start = (after, after_id) if after and after_id else None
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        listed = await second_looks.list_of_course(
            session, viewer, found, unanswered=not everything, after=start
        )
        waiting = await second_looks.count_unanswered(session, found)
    more = _more(found, listed[-1], everything) if len(listed) == ON_A_PAGE else ""
    return render_page(
        request,
        "second_looks/requests.html",
        language=language,
        viewer=viewer,
        course=found,
        tabs=await tabs_for(db, viewer, found, "requests", language),
        waiting=waiting,
        everything=everything,
        requests=[_request(one, viewer, catalogue, language) for one in listed],
        more=more,
    )


@router.post("/submissions/{submission_id}/second-look")
async def ask(
    request: Request,
    submission_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    text: Text = "",
) -> Response:
    """Ask for a second look at one's own submission."""
    href = f"/submissions/{submission_id}"
    try:
        async with db.write() as session:
            await second_looks.ask(session, viewer, submission_id, text, now)
            await session.commit()
    except InvalidMessage as refused:
        form = {"action": f"{href}/second-look", "back": href, "is_answer": False}
        return _form_again(request, viewer, language, form, text, refused)
    return RedirectResponse(f"{href}#second-look", 303)


@router.post("/second-looks/{second_look_id}/answer")
async def answer(
    request: Request,
    second_look_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    text: Text = "",
) -> Response:
    """Answer a request."""
    async with db.write() as session:
        found = await second_looks.get_second_look(session, viewer, second_look_id)
        href = f"/submissions/{found.submission_id}"
        try:
            await second_looks.answer(session, viewer, second_look_id, text, now)
        except InvalidMessage as refused:
            form = {"action": f"/second-looks/{found.id}/answer", "back": href, "is_answer": True}
            return _form_again(request, viewer, language, form, text, refused)
        await session.commit()
    return RedirectResponse(f"{href}#second-look", 303)


def _form_again(
    request: Request,
    viewer: Viewer,
    language: str,
    form: dict[str, Any],
    typed: str,
    refused: InvalidMessage,
) -> Response:
    """Show a form again with what was typed, and why it was refused."""
    return render_page(
        request,
        "second_looks/form.html",
        language=language,
        viewer=viewer,
        status_code=refused.status,
        form=form,
        typed=typed,
        error=refused.format_whole(gettext_for(language), language),
    )


def _request(
    look: SecondLook, viewer: Viewer, catalogue: Exercises, language: str
) -> dict[str, Any]:
    slug = look.submission.assignment.exercise
    shown = show_second_look(look, viewer)
    return shown | {
        "href": f"/submissions/{look.submission_id}",
        "student": look.submission.user.name,
        "title": catalogue[slug].title.to(language) if slug in catalogue else slug,
        "number": look.submission.number,
    }


async def find_second_looks(db: Db, viewer: Viewer, submission: Submission) -> dict[str, Any]:
    """Return what a submission's page shows of second looks, and whether its student may ask."""
    async with db.read() as session:
        found = await second_looks.of_submission(session, submission.id)
    return {
        "all": [show_second_look(look, viewer) for look in found],
        "may_ask": submission.user_id == viewer.user.id
        and submission.run.state in FINAL_STATES
        and all(look.answered_at for look in found)
        and not viewer.is_staff_of(submission.course_id),
    }


def show_second_look(look: SecondLook, viewer: Viewer) -> dict[str, Any]:
    """Return what a template shows of a request whose answerer is loaded."""
    return {
        "id": look.id,
        "text": look.text,
        "asked_at": look.asked_at,
        "answer": look.answer,
        "answered_at": look.answered_at,
        "answerer": look.answerer.name if look.answerer else "",
        "may_answer": look.answered_at is None and viewer.may(Permission.COMMENT, look.course_id),
    }


def _more(course: Course, last: SecondLook, everything: bool) -> str:
    query = {"after": last.asked_at.isoformat(), "after_id": last.id}
    query |= {"all": "true"} if everything else {}
    return f"/courses/{course.slug}/requests?{urlencode(query)}"
