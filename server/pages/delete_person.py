"""/admin/people/{user_id}/delete: what deleting somebody would change, and doing it."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.access import Viewer
from server.actions import deletion, people
from server.deps import CurrentViewer, Db, Language, Now
from server.errors import LastAdministrator
from server.errors.retention import NotConfirmed, StillGraded
from server.i18n import gettext_for
from server.pages.forms import Errors
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False, prefix="/admin/people/{user_id}/delete")

_TEMPLATE: Final = "admin/delete.html"
_Text = Annotated[str, Form(max_length=1000)]


@router.get("")
async def preview_deletion(
    request: Request, user_id: UUID, viewer: CurrentViewer, db: Db, language: Language
) -> Response:
    """Show what deleting somebody would change; nothing changes."""
    return await _show(request, viewer, db, user_id, language)


@router.post("")
async def delete_person(
    request: Request,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    confirmation: _Text = "",
    files: Annotated[str, Form(max_length=10)] = "keep",
) -> Response:
    """Delete somebody whose e-mail address was typed."""
    try:
        async with db.write() as session:
            person = await people.get(session, viewer, user_id)
            deletion.require_confirmation(person, confirmation)
            await deletion.delete_person(
                session, viewer, person, removes_files=files == "remove", now=now
            )
            await session.commit()
    except (NotConfirmed, LastAdministrator, StillGraded) as refused:
        field = {NotConfirmed: "confirmation", StillGraded: "files"}.get(type(refused), "person")
        values: dict[str, Any] = {
            "errors": Errors({field: refused.format_whole(gettext_for(language), language)}),
            "confirmation": confirmation,
            "files": files,
            "status_code": refused.status,
        }
        return await _show(request, viewer, db, user_id, language, **values)
    return RedirectResponse("/admin/people?deleted=yes", 303)


async def _show(
    request: Request,
    viewer: Viewer,
    db: Database,
    user_id: UUID,
    language: str,
    *,
    status_code: int = 200,
    **changes: Any,
) -> Response:
    async with db.read() as session:
        person = await people.get(session, viewer, user_id)
        extent = await deletion.measure(session, viewer, person)
    values: dict[str, Any] = {"confirmation": "", "files": "keep", "errors": Errors(), **changes}
    return render_page(
        request,
        _TEMPLATE,
        language=language,
        viewer=viewer,
        status_code=status_code,
        person=person,
        extent=extent,
        **values,
    )
