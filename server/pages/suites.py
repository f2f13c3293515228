"""How far each suite can be trusted, for staff: what its certificate says, and what to act on.

Certificates are a fact, shown where exercises are chosen and to authors. Staff of a course are
called only to what they can act on (decision 0017).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from graders.catalogue.certificate import Certificate
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import ManifestError
from server.access import Permission, Viewer
from server.actions import changed_suites
from server.i18n import gettext_for
from server.models import Course
from server.storage.database import Database


class SuiteState(StrEnum):
    """What is known of a suite's verdicts.

    CERTIFIED    None changed when it was certified.
    OTHER_JUDGE  The same, with another version of the judge or of Python.
    UNCERTIFIED  It has not been certified as it is now.
    WITHHELD     Some changed: students do not get the exercise.
    UNREADABLE   Its certificate cannot be read.
    LACKING      Its libraries or its version of Python are not installed here.
    MISSING      This server does not have the exercise.
    CHANGED      Results that count were given by another version of it; whether it is certified is
                 not said.
    """

    CERTIFIED = "certified"
    OTHER_JUDGE = "other_judge"
    UNCERTIFIED = "uncertified"
    WITHHELD = "withheld"
    UNREADABLE = "unreadable"
    LACKING = "lacking"
    MISSING = "missing"
    CHANGED = "changed"


_LIT = {
    SuiteState.CERTIFIED: "go",
    SuiteState.OTHER_JUDGE: "wait",
    SuiteState.UNCERTIFIED: "wait",
    SuiteState.CHANGED: "wait",
}
_FACTS = frozenset({SuiteState.CERTIFIED, SuiteState.OTHER_JUDGE, SuiteState.UNCERTIFIED})


@dataclass(frozen=True, slots=True)
class SuiteView:
    """One exercise's suite: its state, a sentence, and what certifying it found, if it was."""

    exercise: str
    state: SuiteState
    words: str
    certificate: Certificate | None = None

    @property
    def lit(self) -> str:
        """The lamp of a traffic light that shows its state."""
        return _LIT.get(self.state, "stop")

    @property
    def needs_action(self) -> bool:
        """Whether staff of a course can, and should, do something about it."""
        return self.state not in _FACTS


async def suites_to_look_at(
    db: Database,
    viewer: Viewer,
    course: Course,
    given: Iterable[str],
    catalogue: Catalogue,
    language: str,
) -> dict[str, SuiteView]:
    """Return what calls for action of the suites given in a course, by exercise.

    Results of another version are for those who may have them graded again.
    """

    def read() -> tuple[dict[str, SuiteView], dict[str, str]]:
        views = {slug: suite_view(catalogue, slug, language) for slug in given}
        hashes = {slug: catalogue[slug].suite_hash for slug in views if slug in catalogue}
        return {slug: view for slug, view in views.items() if view.needs_action}, hashes

    found, hashes = await asyncio.to_thread(read)  # every file of a suite is read
    if not viewer.may(Permission.MANAGE, course.id):
        return found
    async with db.read() as session:
        older = await changed_suites.count_older_results(session, course, hashes)
    for slug, results in older.items():
        found.setdefault(slug, _changed(catalogue, slug, results, language))
    return found


def _changed(catalogue: Catalogue, slug: str, results: int, language: str) -> SuiteView:
    words = gettext_for(language)(
        "Results that count and that another version of the suite gave: %(results)s. Grade them "
        "again to see what would change."
    )
    title = catalogue[slug].title.to(language)
    return SuiteView(title, SuiteState.CHANGED, words % {"results": results})


def suite_view(catalogue: Catalogue, slug: str, language: str) -> SuiteView:
    """Describe the certification of the current version of the suite, and where it runs."""
    found, exercise = _certified(catalogue, slug, language), catalogue.get(slug)
    if exercise is None or not exercise.is_inside:
        return found
    return replace(found, words=f"{found.words} {describe_reported(language)}")


def describe_reported(language: str) -> str:
    """Return what teachers are told of a suite that runs in the students' interpreter."""
    _ = gettext_for(language)
    return _(
        "Reported, not witnessed: the tests run inside the student's program, which could forge "
        "their results."
    )


def _certified(catalogue: Catalogue, slug: str, language: str) -> SuiteView:
    _ = gettext_for(language)
    exercise = catalogue.get(slug) or catalogue.withheld.get(slug)
    if exercise is None:
        words = _("This server does not have the exercise, so nobody can hand it in.")
        return SuiteView(slug, SuiteState.MISSING, words)
    title = exercise.title.to(language)
    if missing := catalogue.find_missing(slug):
        words = _("It cannot be given, and its submissions wait: {missing}.")
        words = words.format(missing=missing.to(language))
        return SuiteView(title, SuiteState.LACKING, words)
    try:
        certificate = exercise.certificate
    except ManifestError as error:
        return SuiteView(title, SuiteState.UNREADABLE, error.words.to(language))
    if certificate is None:
        words = _("Not certified: the stability of its verdicts has not been tested.")
        return SuiteView(title, SuiteState.UNCERTIFIED, words)
    state, words = _describe(certificate, language, is_withheld=slug in catalogue.withheld)
    return SuiteView(title, state, words % _facts(certificate), certificate)


def _describe(
    certificate: Certificate, language: str, *, is_withheld: bool
) -> tuple[SuiteState, str]:
    """Return the state, and the sentence with places for the facts."""
    _ = gettext_for(language)
    if is_withheld:
        return SuiteState.WITHHELD, _(
            "Withheld from students: %(flips)s of %(decisions)s verdicts changed during the"
            " certification on %(day)s."
        )
    if certificate.is_for_another_judge:
        return SuiteState.OTHER_JUDGE, _(
            "Certified on %(day)s with another version of the judge or of Python: none of "
            "%(decisions)s verdicts changed."
        )
    words = _("Certified on %(day)s: none of %(decisions)s verdicts changed.")
    if certificate.mutants:
        words += " " + _(
            "Of %(mutants)s small mistakes put into right programs, its checks caught %(caught)s; "
            "%(equivalent)s are no mistakes, each with its reason."
        )
    return SuiteState.CERTIFIED, words


def _facts(certificate: Certificate) -> dict[str, object]:
    names = ("decisions", "flips", "mutants", "caught", "equivalent")
    counts = {name: getattr(certificate, name) for name in names}
    return {"day": f"{certificate.at:%Y-%m-%d}", **counts}
