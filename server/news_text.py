"""News in sentences, each with the page to which it leads: for the page and for e-mail. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from graders.catalogue.exercises import Catalogue
from graders.text import decimal
from server.i18n import gettext_for
from server.models import News, NewsKind
from server.moments import format_moment, zone_name


def _(message: str) -> str:
    return message  # marks it for translation


# What each kind says, and where it leads; the places are filled with the values of the news.
SENTENCES: Final[dict[NewsKind, tuple[str, str]]] = {
    NewsKind.COMMENT: (
        _("{author} has commented on your work in “{exercise}”."),
        "/submissions/{submission}",
    ),
    NewsKind.ANSWER: (
        _("{author} has answered a comment in “{exercise}”."),
        "/submissions/{submission}",
    ),
    NewsKind.GRADE_CHANGED: (
        _("Your grade in “{exercise}” has changed: {before} → {after} of {max_points}."),
        "/submissions/{submission}",
    ),
    NewsKind.REGRADE_READY: (
        _("A regrade is ready to be looked at."),
        "/courses/{course}/regrades/{regrade}",
    ),
    NewsKind.ANNOUNCEMENT: (
        _("Announcement: {title}"),
        "/courses/{course}/announcements#announcement-{announcement}",
    ),
    NewsKind.SECOND_LOOK_ANSWERED: (
        _("Your request for a second look at “{exercise}” has been answered."),
        "/submissions/{submission}#second-look",
    ),
    NewsKind.DUE_SOON: (
        _("“{exercise}” is due on {moment} ({place}), and you have not handed anything in yet."),
        "/exercises/{exercise}?course={course}",
    ),
    NewsKind.MORE_TIME: (
        _("You have more time for “{exercise}”: until {moment} ({place})."),
        "/exercises/{exercise}?course={course}",
    ),
    NewsKind.MORE_ATTEMPTS: (
        _("You have further attempts at “{exercise}”: {attempts}."),
        "/exercises/{exercise}?course={course}",
    ),
    NewsKind.GRADE_SET_BY_HAND: (
        _("Your grade in “{exercise}” has been set by hand."),
        "/courses/{course}/grades",
    ),
    NewsKind.GRADE_RESTORED: (
        _("Your grade in “{exercise}” is no longer set by hand: the computed one counts."),
        "/courses/{course}/grades",
    ),
    NewsKind.STYLE_POINTS: (
        _("You got points for style in “{exercise}”: {style_points}."),
        "/courses/{course}/grades",
    ),
    NewsKind.SECOND_LOOK_ASKED: (
        _("A student asks for a second look."),
        "/courses/{course}/requests",
    ),
    NewsKind.RUN_ABANDONED: (
        _("Submissions in “{exercise}” given up without a verdict: {count}."),
        "/submissions/{submission}",
    ),
    NewsKind.RUN_UNDECIDED: (
        _("Submissions in “{exercise}” that cannot be graded so far: {count}."),
        "/submissions/{submission}",
    ),
    NewsKind.SUITE_WITHHELD: (
        _("“{exercise}” is withheld, because its suite contradicted itself. Nothing is graded."),
        "/courses/{course}/assignments/{exercise}",
    ),
    NewsKind.SUITE_BROKEN: (
        _("The suite of “{exercise}” does not start. What is handed in waits until it does."),
        "/courses/{course}/assignments/{exercise}",
    ),
    NewsKind.SUITE_CHANGED: (
        _("The suite of “{exercise}” has changed. Earlier results that count: {count}."),
        "/courses/{course}/regrades?exercise={exercise}#new",
    ),
    NewsKind.DISK_LOW: (
        _("Only {free_mb} MB are free on the server's disk. Make room on it soon."),
        "/manual/operating/",
    ),
}


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A piece of news for its reader.

    reason  What staff gave as the reason, or why grading failed; empty if there is none.
    zone    In which `at` is shown: the course's.
    is_new  Whether they have not read it.
    """

    text: str
    href: str
    reason: str
    at: datetime
    zone: str
    is_new: bool


def describe_news(
    found: Iterable[News],
    catalogue: Catalogue,
    language: str,
    zones: Mapping[UUID | None, str] | None = None,
) -> list[NewsItem]:
    """Return each piece of news as a sentence with its link.

    zones  Of the courses, by their ids.
    """
    return [
        _describe(one, catalogue, language, (zones or {}).get(one.course_id, "UTC"))
        for one in found
    ]


def _describe(one: News, catalogue: Catalogue, language: str, zone: str) -> NewsItem:
    sentence, href = SENTENCES[one.kind]
    gettext = gettext_for(language)
    return NewsItem(
        text=gettext(sentence).format_map(_format_values(one.values, catalogue, language)),
        href=href.format_map(_OptionalValues(one.values)),
        reason=_in_language(one.values.get("reason", ""), language),
        at=one.at,
        zone=zone,
        is_new=one.read_at is None,
    )


class _OptionalValues(dict[str, Any]):
    """Values, of which older news lack some."""

    def __missing__(self, name: str) -> str:
        return ""


def _in_language(text: str | Mapping[str, str], language: str) -> str:
    return text if isinstance(text, str) else text.get(language, "")


def _format_values(
    values: Mapping[str, Any], catalogue: Catalogue, language: str
) -> dict[str, Any]:
    """Return the values as the sentence says them."""
    formatted = dict(values)
    slug = str(values.get("exercise"))
    exercise = catalogue.get(slug) or catalogue.withheld.get(slug)
    if exercise is not None:
        formatted["exercise"] = exercise.title.to(language)
    for name in ("before", "after", "max_points", "style_points"):
        if isinstance(values.get(name), float):
            formatted[name] = decimal(values[name], language)
        elif name in values and values[name] is None:
            formatted[name] = "—"
    if "due_at" in values:
        due_at = datetime.fromisoformat(values["due_at"])
        formatted["moment"] = format_moment(due_at, values["zone"], language)
        formatted["place"] = zone_name(values["zone"], language)
    return formatted
