"""What the pages about people say of somebody's courses."""

from typing import Any, Final

from server.i18n import gettext_for
from server.models import Role, User


def _(message: str) -> str:
    return message  # marks it for translation


_ROLES: Final = {
    Role.STUDENT: _("student"),
    Role.GRADER: _("grader"),
    Role.INSTRUCTOR: _("instructor"),
}


def describe_courses(person: User, language: str) -> list[dict[str, Any]]:
    """Return title, slug and role of each of their courses, by title; they must be loaded."""
    gettext = gettext_for(language)
    enrolled = sorted(person.enrollments, key=lambda one: one.course.title)
    return [
        {
            "slug": one.course.slug,
            "title": one.course.title,
            "role": gettext(_ROLES[one.role]),
        }
        for one in enrolled
    ]
