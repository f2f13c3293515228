"""What must be fixed in an exercise, and what may be, in words, once its samples are graded."""

from collections.abc import Callable, Iterable, Iterator

from graders.catalogue.curriculum import find_bad_prerequisites
from graders.catalogue.manifest import Exercise
from graders.catalogue.suggestions import find_suggestions
from graders.text_report import LABELS
from worker.authoring.sample_runs import SampleResults

Translate = Callable[[str], str]


def describe_bad_prerequisites(
    exercise: Exercise, others: Iterable[Exercise], translate: Translate
) -> list[str]:
    """Return a sentence for each prerequisite that is unknown or circular."""
    message = translate("prerequisites: {slug} does not exist, or depends on this exercise itself.")
    return [message.format(slug=slug) for slug in find_bad_prerequisites(exercise, others)]


def describe_faults(found: SampleResults, translate: Translate, language: str) -> list[str]:
    """Return a sentence for each thing that must be fixed."""
    too_busy = translate("{sample}: this machine is too busy to reach a verdict; try again.")
    no_such_check = translate(
        "{sample}: expected.toml names the check {check}, which the suite does not have."
    )
    not_rejected = translate("{sample}: no check rejects it.")
    return [
        *_describe_mismatches(found, translate, language),
        *(no_such_check.format(sample=s.name, check=name) for s, name in found.unknown_checks()),
        *(not_rejected.format(sample=sample.name) for sample in found.undetected()),
        *(too_busy.format(sample=sample.name) for sample in found.undecided),
    ]


def describe_suggestions(found: SampleResults, translate: Translate, language: str) -> list[str]:
    """Return a sentence for each thing that would make the exercise better as it is."""
    never_failed = translate("{check}: no wrong sample fails it; write one that does.")
    samples = [sample for sample, _ in found.reports]
    return [
        *(one.to(language) for one in find_suggestions(found.exercise, samples)),
        *(never_failed.format(check=check.name) for check in found.checks_never_failed()),
    ]


def _describe_mismatches(
    found: SampleResults, translate: Translate, language: str
) -> Iterator[str]:
    for sample, check in found.mismatches():
        expected = sample.expected_verdict(check.name)
        if check.verdict is expected:
            template = translate(
                "{sample}: the message of {check} is not that of expected.toml: {message}"
            )
        else:
            template = translate("{sample}: {check} is “{got}” and should be “{wanted}”: {message}")
        yield template.format(
            sample=sample.name,
            check=check.name,
            got=LABELS[check.verdict].to(language),
            wanted=LABELS[expected].to(language),
            message=check.message.to(language) or "–",
        )
