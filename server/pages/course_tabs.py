"""The tabs above the pages of one course for its staff, in groups: one line for each page."""

from typing import Any, Final, NamedTuple

from server.access import Permission, Viewer
from server.actions.unanswered import Unanswered, count_unanswered
from server.i18n import gettext_for
from server.models import Course
from server.storage.database import Database


class Tab(NamedTuple):
    """One page of a course.

    path     Its address; `{course}` is the course's slug.
    label    What the tab says, in English.
    waiting  The field of `Unanswered` that is shown beside it.
    """

    key: str
    path: str
    label: str
    permission: Permission
    waiting: str = ""


class Group(NamedTuple):
    """Tabs that lie together.

    also  Keys of pages of this group that have no tab.
    """

    label: str
    tabs: tuple[Tab, ...]
    also: tuple[str, ...] = ()


def _(message: str) -> str:
    return message  # marks it for translation


_SEE, _COMMENT, _MANAGE = Permission.SEE_WORK, Permission.COMMENT, Permission.MANAGE
_OF: Final = "/courses/{course}"
GROUPS: Final = (
    Group(
        _("Work"),
        (
            Tab("dashboard", "/dashboard?course={course}", _("Dashboard"), _SEE),
            Tab("queue", f"{_OF}/queue", _("Queue"), _SEE),
            Tab("comments", f"{_OF}/comments", _("Comments"), _COMMENT, "comments"),
            Tab("requests", f"{_OF}/requests", _("Second looks"), _SEE, "second_looks"),
            Tab("regrades", f"{_OF}/regrades", _("Regrades"), _MANAGE, "regrades"),
        ),
        also=("student",),
    ),
    Group(
        _("Class"),
        (
            Tab("people", f"{_OF}/people", _("People"), _SEE),
            Tab("assignments", f"{_OF}/assignments", _("Assignments"), _SEE),
            Tab("announcements", f"{_OF}/announcements", _("Announcements"), _SEE),
        ),
    ),
    Group(
        _("Results"),
        (
            Tab("gradebook", f"{_OF}/gradebook", _("Gradebook"), _SEE),
            Tab("statistics", f"{_OF}/statistics", _("Statistics"), _SEE),
            Tab("leaderboard", f"{_OF}/leaderboard", _("Leaderboard"), _MANAGE),
        ),
    ),
    Group(
        _("Course"),
        (
            Tab("log", f"{_OF}/log", _("Log"), _MANAGE),
            Tab("settings", _OF, _("Settings"), _MANAGE),
        ),
    ),
)


async def tabs_for(
    db: Database, viewer: Viewer, course: Course, here: str, language: str
) -> list[dict[str, Any]]:
    """Return the groups of tabs that this viewer may open; `here` is the key of the page shown.

    Not called while a session is open: whoever holds a connection must not wait for a second one.
    """
    allowed = [(group, _allowed(group, viewer, course)) for group in GROUPS]
    shown = [(group, tabs) for group, tabs in allowed if tabs]
    if not shown:
        return []
    async with db.read() as session:
        unanswered = await count_unanswered(session, course)
    return [_group(group, tabs, course, here, language, unanswered) for group, tabs in shown]


def _allowed(group: Group, viewer: Viewer, course: Course) -> list[Tab]:
    return [tab for tab in group.tabs if viewer.may(tab.permission, course.id)]


def _group(
    group: Group,
    allowed: list[Tab],
    course: Course,
    here: str,
    language: str,
    unanswered: Unanswered,
) -> dict[str, Any]:
    gettext = gettext_for(language)
    tabs = [
        {
            "href": tab.path.format(course=course.slug),
            "label": gettext(tab.label),
            "is_here": tab.key == here,
            "waiting": getattr(unanswered, tab.waiting) if tab.waiting else 0,
        }
        for tab in allowed
    ]
    return {
        "label": gettext(group.label),
        "is_here": here in (*group.also, *(tab.key for tab in allowed)),
        "tabs": tabs,
        "waiting": sum(tab["waiting"] for tab in tabs),
    }
