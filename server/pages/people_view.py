"""What pages say of the people of a course, in words."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from server.actions.invitations import Invitation
from server.actions.roster import Filter
from server.actions.roster_plan import Outcome, Plan, PlannedRow
from server.actions.undelivered import Undelivered
from server.i18n import gettext_for
from server.mail_text import describe_undelivered
from server.models import Enrollment, Role
from server.templating import plural_for

# Of each kind of line; the page stays below 100 KB, and the counts are of all.
_MOST_LINES = 400


def describe_role(role: Role, language: str) -> str:
    """Return the role as a word."""
    _ = gettext_for(language)
    words = {
        Role.STUDENT: _("student"),
        Role.GRADER: _("grader"),
        Role.INSTRUCTOR: _("instructor"),
    }
    return words[role]


def count_of_role(role: Role, count: int, language: str) -> str:
    """Return how many people have the role, in words."""
    ngettext = plural_for(language)
    words = {
        Role.STUDENT: ngettext("{count} student", "{count} students", count),
        Role.GRADER: ngettext("{count} grader", "{count} graders", count),
        Role.INSTRUCTOR: ngettext("{count} instructor", "{count} instructors", count),
    }
    return words[role].format(count=count)


def role_choices(language: str) -> list[tuple[str, str]]:
    """Return value and word of each role, for a form."""
    return [(role.value, describe_role(role, language)) for role in Role]


def person_row(
    person: Enrollment, course: str, language: str, failed: Undelivered | None = None
) -> dict[str, Any]:
    """Return one line of the list of people; `failed` is the e-mail that has not arrived."""
    return {
        "href": f"/courses/{course}/people/{person.user_id}",
        "name": person.user.listed_name,
        "email": person.user.email,
        "number": person.student_number or "",
        "group": person.group or "",
        "role": describe_role(person.role, language),
        "is_staff": person.role is not Role.STUDENT,
        "undelivered": describe_undelivered(failed, language) if failed else "",
    }


def page_address(course: str, wanted: Filter, after: object = "") -> str:
    """Return the address of a page of the list with this filter."""
    values = {
        "search": wanted.search,
        "role": wanted.role.value if wanted.role else "",
        "group": wanted.group,
        "mail": "undelivered" if wanted.undelivered else "",
        "after": str(after or ""),
    }
    query = urlencode({key: value for key, value in values.items() if value})
    return f"/courses/{course}/people" + (f"?{query}" if query else "")


def invitation_rows(invitations: Sequence[Invitation], public_url: str) -> list[dict[str, str]]:
    """Return the new people with the address to hand out, in the order of their names."""
    ordered = sorted(invitations, key=lambda one: (one.user.sort_key, one.user.id))
    return [
        {"name": one.user.listed_name, "email": one.user.email, "url": one.url(public_url)}
        for one in ordered
    ]


def column_label(column: str, language: str) -> str:
    """Return what a column of a list is called."""
    _ = gettext_for(language)
    labels = {
        "email": _("E-mail"),
        "name": _("Name"),
        "student_number": _("Student number"),
        "group": _("Group"),
    }
    return labels[column]


def preview_values(found: Plan, language: str) -> dict[str, Any]:
    """Return what the preview of a list shows: counts, and lines by what they would do."""
    parts = {
        "wrong": found.of(Outcome.ERROR),
        "new": found.of(Outcome.NEW),
        "joins": found.of(Outcome.JOINS),
        "changed": found.of(Outcome.CHANGED),
        "same": found.of(Outcome.SAME),
        "repeated": found.of(Outcome.REPEATED),
    }
    return {
        "counts": {part: len(lines) for part, lines in parts.items()},
        "would_change": bool(parts["new"] or parts["joins"] or parts["changed"]),
        "lines": {
            part: [_line(line, language) for line in lines[:_MOST_LINES]]
            for part, lines in parts.items()
        },
        "absent": [user.listed_name for user in found.absent[:_MOST_LINES]],
        "absent_count": len(found.absent),
        "digest": found.digest,
    }


def _line(line: PlannedRow, language: str) -> dict[str, Any]:
    problem = line.problem
    return {
        "number": line.row.line,
        "name": line.listed_name,
        "email": line.row.email,
        "student_number": line.row.student_number,
        "group": line.row.group,
        "first": line.first,
        "column": column_label(line.column, language) if line.column else "",
        "problem": problem.format_whole(gettext_for(language), language) if problem else "",
        "changes": [
            (column_label(column, language), was, new)
            for column, (was, new) in line.changes.items()
        ],
    }
