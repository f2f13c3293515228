"""The tabs above the pages of one course for its staff: one line for each page."""

from typing import Any, NamedTuple

from server.access import Permission, Viewer
from server.i18n import gettext_for
from server.models import Course


class Tab(NamedTuple):
    """One page of a course.

    path   Its address; `{course}` is the course's slug.
    label  What the tab says, in English.
    """

    key: str
    path: str
    label: str
    permission: Permission


def _(message: str) -> str:
    return message  # marks it for translation


TABS = (
    Tab("dashboard", "/dashboard?course={course}", _("Dashboard"), Permission.SEE_WORK),
    Tab("statistics", "/courses/{course}/statistics", _("Statistics"), Permission.SEE_WORK),
    Tab("queue", "/courses/{course}/queue", _("Queue"), Permission.SEE_WORK),
    Tab("assignments", "/courses/{course}/assignments", _("Assignments"), Permission.SEE_WORK),
    Tab("regrades", "/courses/{course}/regrades", _("Regrades"), Permission.MANAGE),
    Tab("comments", "/courses/{course}/comments", _("Comments"), Permission.COMMENT),
    Tab("gradebook", "/courses/{course}/gradebook", _("Gradebook"), Permission.SEE_WORK),
    Tab("people", "/courses/{course}/people", _("People"), Permission.SEE_WORK),
    Tab("settings", "/courses/{course}", _("Settings"), Permission.MANAGE),
    Tab("leaderboard", "/courses/{course}/leaderboard", _("Leaderboard"), Permission.MANAGE),
    Tab("requests", "/courses/{course}/requests", _("Second looks"), Permission.SEE_WORK),
    Tab(
        "announcements", "/courses/{course}/announcements", _("Announcements"), Permission.SEE_WORK
    ),
    Tab("log", "/courses/{course}/log", _("Log"), Permission.MANAGE),
)


def tabs_for(viewer: Viewer, course: Course, here: str, language: str) -> list[dict[str, Any]]:
    """Return the tabs that this viewer may open; `here` is the key of the page shown."""
    gettext = gettext_for(language)
    return [
        {
            "href": tab.path.format(course=course.slug),
            "label": gettext(tab.label),
            "is_here": tab.key == here,
        }
        for tab in TABS
        if viewer.may(tab.permission, course.id)
    ]
