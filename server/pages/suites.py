"""How far each suite can be trusted: what its certificate says, for staff."""

from dataclasses import dataclass, replace
from enum import StrEnum

from graders.catalogue.certificate import Certificate
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import ManifestError
from server.i18n import gettext_for


class SuiteState(StrEnum):
    """What is known of a suite's verdicts.

    CERTIFIED    None changed when it was certified.
    OTHER_JUDGE  The same, with another version of the judge or of Python.
    UNCERTIFIED  It has not been certified as it is now.
    WITHHELD     Some changed: students do not get the exercise.
    UNREADABLE   Its certificate cannot be read.
    LACKING      Its libraries or its version of Python are not installed here.
    MISSING      This server does not have the exercise.
    """

    CERTIFIED = "certified"
    OTHER_JUDGE = "other_judge"
    UNCERTIFIED = "uncertified"
    WITHHELD = "withheld"
    UNREADABLE = "unreadable"
    LACKING = "lacking"
    MISSING = "missing"


_LIT = {SuiteState.CERTIFIED: "go", SuiteState.OTHER_JUDGE: "wait", SuiteState.UNCERTIFIED: "wait"}


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
            "%(decisions)s verdicts changed. Certify it again."
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
