"""One mistake fails several checks: the first says it, each further one names the one before."""

from collections.abc import Sequence
from dataclasses import replace

from graders.report import FAILURES, CheckResult
from graders.text import Text
from graders.text_report import find_common_failure

# Names that keep their capital within a sentence.
_PROPER = ("Python", "Linux", "Pydantic", "Starlette")
_LIKE = Text("Igual que en «{title}»: {message}", "As in “{title}”: {message}")


def name_repeats(checks: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """Return the checks, no two failed ones of them with the same words.

    What every check fails by stays as it is: pages show it once, above all of them. No check that
    students may see names a hidden one.
    """
    if find_common_failure(checks):
        return tuple(checks)
    named: dict[str, CheckResult] = {}
    latest: dict[Text, CheckResult] = {}
    for check in sorted(checks, key=lambda check: check.hidden):
        if check.verdict not in FAILURES or not check.message:
            continue
        if before := latest.get(check.message):
            named[check.name] = replace(check, message=_name(before.title, check.message))
        latest[check.message] = check
    return tuple(named.get(check.name, check) for check in checks)


def _name(title: Text, message: Text) -> Text:
    return _LIKE.format(title=title, message=Text(_within(message.es), _within(message.en)))


def _within(message: str) -> str:
    """Return a message as it goes on after a colon: its first word without a capital."""
    first, _, rest = message.partition(" ")
    is_word = first[1:].isalpha() and first[1:].islower() and first not in _PROPER
    # “Task 1” names something.
    return message[0].lower() + message[1:] if is_word and not rest[:1].isdigit() else message
