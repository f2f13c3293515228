"""The certification of a course's suites, for its instructors."""

from dataclasses import dataclass

from graders.catalogue.certificate import Certificate
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import ManifestError
from server.i18n import gettext_for


@dataclass(frozen=True, slots=True)
class SuiteView:
    """One exercise's suite: a lamp, and a sentence."""

    exercise: str
    lit: str
    words: str


def suite_view(catalogue: Catalogue, slug: str, language: str) -> SuiteView:
    """Describe the certification of the current version of the suite."""
    _ = gettext_for(language)
    exercise = catalogue.get(slug) or catalogue.withheld.get(slug)
    if exercise is None:
        words = _("This server does not have the exercise, so nobody can hand it in.")
        return SuiteView(slug, "stop", words)
    title = exercise.title.to(language)
    try:
        certificate = exercise.certificate
    except ManifestError as error:
        return SuiteView(title, "stop", error.words.to(language))
    if certificate is None:
        return SuiteView(
            title, "wait", _("Not certified: the stability of its verdicts has not been tested.")
        )
    if slug in catalogue.withheld:
        words = _(
            "Withheld from students: %(flips)s of %(decisions)s verdicts changed during the"
            " certification on %(day)s."
        )
        return SuiteView(title, "stop", words % _facts(certificate))
    if certificate.is_for_another_judge:
        words = _(
            "Certified on %(day)s with another version of the judge or of Python: none of "
            "%(decisions)s verdicts changed. Certify it again."
        )
        return SuiteView(title, "wait", words % _facts(certificate))
    words = _("Certified on %(day)s: none of %(decisions)s verdicts changed.")
    if certificate.mutants:
        words += " " + _(
            "Of %(mutants)s small mistakes put into right programs, its checks caught %(caught)s; "
            "%(equivalent)s are no mistakes, each with its reason."
        )
    return SuiteView(title, "go", words % _facts(certificate))


def _facts(certificate: Certificate) -> dict[str, object]:
    decisions = sum(tally.decisions for tally in certificate.tallies)
    day = f"{certificate.at:%Y-%m-%d}"
    names = ("flips", "mutants", "caught", "equivalent")
    counts = {name: getattr(certificate, name) for name in names}
    return {"day": day, "decisions": decisions, **counts}
