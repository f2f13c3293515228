"""Rules of the linter ruff as demands on how a submission is written.

ruff runs apart from the judge (worker/grading/linter.py), once for each demand. What it found is
handed over here, as data, and ends the check.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self, TypeVar

from graders.kit.expect import CheckEnded
from graders.kit.messages import lint_text as words
from graders.kit.wire import SourceLine
from graders.report import Verdict
from graders.text import Text

# Verdicts depend on it, so it is part of the kit's hash; a test compares it with the lock files.
RUFF_VERSION: Final = "0.17.6"
MARK: Final = "lint"
MOST_SHOWN: Final = 10
MANY: Final = 100  # more are not counted out to the student
Option = bool | int | str | list[str]
_RULE: Final = re.compile(r"[A-Z]{1,8}[0-9]{0,4}")
_OPTION: Final = re.compile(r"[a-z0-9-]{1,40}(\.[a-z0-9-]{1,40}){0,2}")
_Check = TypeVar("_Check", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Lint:
    """What a check demands: rules by code or by the beginning of one, as "ASYNC" or "RUF006".

    options  Settings of ruff's section `lint`, as "mccabe.max-complexity".
    """

    rules: tuple[str, ...]
    options: Mapping[str, Option] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.rules or not all(map(_is_rule, self.rules)):
            raise ValueError('rules of ruff are named by their codes: "ASYNC", "RUF006"')
        if not all(map(_is_option, self.options, self.options.values())):
            raise ValueError('options of ruff look like {"mccabe.max-complexity": 8}')

    @property
    def key(self) -> str:
        """The demand as a name, by which findings are handed over."""
        return json.dumps([self.rules, self.options], sort_keys=True)

    @classmethod
    def from_key(cls, key: str) -> Self:
        """Read what `key` gave."""
        rules, options = json.loads(key)
        return cls(tuple(rules), options)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule; `file` is empty for the exercise's first file."""

    code: str
    line: int
    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What ruff says of a submission.

    shown    The first, in the order of files and lines; at most MOST_SHOWN.
    count    How many there are in all; of very many, how many were printed.
    unread   Name of the file at which ruff broke off; "" if it read all.
    """

    shown: tuple[Finding, ...] = ()
    count: int = 0
    unread: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values; `from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        shown = tuple(Finding(**finding) for finding in values["shown"])
        return cls(shown, values["count"], values["unread"])

    def must_be_none(self) -> None:
        """End the check as failed if there is one, or if ruff broke off at a file."""
        if self.unread:
            raise CheckEnded(Verdict.FAILED, words.UNREAD.format(file=self.unread))
        if self.shown:
            heading = words.MANY if self.count > MANY else words.HEADINGS[self.count > 1]
            text = heading.format(count=self.count, many=MANY)
            for finding in self.shown:
                text = text + Text.same("\n") + _describe(finding)
            if len(self.shown) < self.count <= MANY:
                text = (
                    text + Text.same("\n") + words.MORE.format(count=self.count - len(self.shown))
                )
            raise CheckEnded(Verdict.FAILED, text, _line_of(self.shown[0]))


def lint(*rules: str, options: Mapping[str, Option] | None = None) -> Callable[[_Check], _Check]:
    """Let this check fail where the linter ruff finds one of these rules broken.

    The check's own lines are run if it finds nothing; `...` will do for a body. Rules are named by
    code or by the beginning of one: "ASYNC", "RUF006". `options` are settings of ruff's section
    `lint`: `{"mccabe.max-complexity": 8}`. Comments such as `# noqa` switch nothing off, and no
    settings are taken from the submission. The submission is not run.

    Raises:
        ValueError: a rule or option is written in another way.
    """
    demand = Lint(rules, dict(options or {}))

    def mark(check: _Check) -> _Check:
        check.__dict__[MARK] = demand
        return check

    return mark


def lint_of(check: Callable[..., Any]) -> Lint | None:
    """Return what a check demands of the linter; None if nothing."""
    demand = getattr(check, MARK, None)
    return demand if isinstance(demand, Lint) else None


def demands_of(checks: Sequence[Callable[..., Any]]) -> list[str]:
    """Return the keys of what these checks demand of the linter, each once."""
    return list(dict.fromkeys(demand.key for demand in map(lint_of, checks) if demand))


def _describe(finding: Finding) -> Text:
    what = words.WORDS.get(finding.code)
    if finding.code == "invalid-syntax":
        what = words.UNREADABLE.format(message=finding.message)
    elif what is None:
        what = words.RUFFS_OWN.format(message=finding.message)
    line = _line_of(finding)
    return words.FINDING.format(line=line, code=finding.code, what=what)


def _line_of(finding: Finding) -> int:
    return SourceLine(finding.line, finding.file) if finding.file else finding.line


def _is_rule(rule: object) -> bool:
    return isinstance(rule, str) and bool(_RULE.fullmatch(rule))


def _is_option(name: object, value: object) -> bool:
    is_value = isinstance(value, bool | int | str) or (
        isinstance(value, list) and all(isinstance(one, str) for one in value)
    )
    return is_value and isinstance(name, str) and bool(_OPTION.fullmatch(name))
