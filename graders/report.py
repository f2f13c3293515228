"""What grading found out: verdicts, points and evidence, to and from versioned JSON.

A report is made by the trusted side only. Nothing in it was decided inside the sandbox.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from graders.picture import Picture
from graders.text import Text
from graders.undecided import Doubt, UndecidedCheck

REPORT_VERSION = 2
# What a report's `trust` says: who saw what its verdicts rest on.
WITNESSED, REPORTED = "witnessed", "reported"
NOTHING = Text("", "")
HIDDEN = Text(
    "Esta comprobación es oculta: solo se dice si se cumple.",
    "This check is hidden: only whether it passed is shown.",
)


class Verdict(StrEnum):
    """How one check ended. All but the last speak of the student's program.

    INCONCLUSIVE speaks of our machine: it could not decide, and the run is graded again. It is
    never shown as a failure and costs neither points nor an attempt.
    """

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MUCH_OUTPUT = "too_much_output"
    NOT_RUN = "not_run"
    INCONCLUSIVE = "inconclusive"


# A check that ended so has a message on what the student's program did, wherever it has a line.
FAILURES = (
    Verdict.FAILED,
    Verdict.CRASHED,
    Verdict.TIMED_OUT,
    Verdict.OUT_OF_MEMORY,
    Verdict.TOO_MUCH_OUTPUT,
)


class RunState(StrEnum):
    """Where a grading run is; our machinery, not the student's program."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Visibility:
    """What of a check is shown beside its name, title, verdict and points.

    details  Message, line, evidence, output and time.
    hints    The hints that are unlocked.
    hidden   Hidden checks as any other.
    doubt    What could not be decided; for staff.
    """

    details: bool = True
    hints: bool = True
    hidden: bool = False
    doubt: bool = False


USUAL = Visibility()
ALL = Visibility(hidden=True, doubt=True)
NOTHING_BUT_VERDICTS = Visibility(details=False, hints=False)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing the trusted side saw happen to a service.

    at         Seconds since the program was called, by the trusted side's monotonic clock.
    service    Name of the service.
    call       Which call of that service, counted from 1 in the order of arrival.
    what       "asked", "answered", "failed" (answered with an exception) or "cancelled".
    arguments  The arguments as Python would print them, at most 200 characters; only for "asked".
    """

    at: float
    service: str
    call: int
    what: str
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Help with a check; shown from the `after`th failed attempt at it on."""

    text: Text
    after: int = 1


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one named check of a suite.

    name          The test function's name without `test_`; unique within the suite.
    points        Earned, from 0 to max_points; of a bonus more, of a deduction less than 0. Of both
                  max_points is 0.
    wall_seconds  Clock time from the call to its end, taken outside the sandbox; None if the
                  program was never called.
    message       What happened and what to try, for the student. Empty for a pass.
    line, file    Line of the student's files the message speaks of, counted from 1, or None; and
                  the file's name, empty for the exercise's first file.
    output        What the program printed, cut to the limit; control characters still in it.
    hidden        Students are shown name, title, verdict and points of it, and nothing else.
    hints         All the suite has for a check that did not pass, until `unlocked` has chosen.
    doubt         What could not be decided, if it is inconclusive; not for students.
    picture       What was seen of the event loop, and expected of the calls; None if nothing.
    was_killed    Whether a SIGKILL ended its process: the worker runs it again, as it may have come
                  from outside.
    """

    name: str
    title: Text
    verdict: Verdict
    points: float
    max_points: float
    wall_seconds: float | None = None
    message: Text = NOTHING
    line: int | None = None
    evidence: tuple[Event, ...] = ()
    output: str = ""
    hidden: bool = False
    hints: tuple[Hint, ...] = ()
    doubt: Doubt | None = None
    file: str = ""
    picture: Picture | None = None
    was_killed: bool = False

    def unlocked(self, failures: int) -> "CheckResult":
        """Return it with the hints due after that many failed attempts, this one included."""
        return replace(self, hints=tuple(hint for hint in self.hints if hint.after <= failures))

    def for_student(self, shown: Visibility = USUAL) -> "CheckResult":
        """Return what the student may see: of a hidden check, nothing that reveals how it works."""
        if not self.hidden or shown.hidden:
            return self._limited_to(shown)
        message = NOTHING if self.verdict is Verdict.PASSED else HIDDEN
        kept = (self.name, self.title, self.verdict, self.points, self.max_points)
        return CheckResult(*kept, message=message, hidden=True)

    def _limited_to(self, shown: Visibility) -> "CheckResult":
        doubt = self.doubt if shown.doubt else None
        hints = self.hints if shown.hints else ()
        if shown.details:
            is_whole = doubt is self.doubt and hints is self.hints
            return self if is_whole else replace(self, doubt=doubt, hints=hints)
        kept = (self.name, self.title, self.verdict, self.points, self.max_points)
        return CheckResult(*kept, hidden=self.hidden, hints=hints, doubt=doubt)

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values, both languages kept; `from_dict` reads them back."""
        values = {
            "name": self.name,
            "title": _both(self.title),
            "verdict": self.verdict.value,
            "points": self.points,
            "max_points": self.max_points,
            "wall_seconds": self.wall_seconds,
            "message": _both(self.message),
            "line": self.line,
            "file": self.file,
            "evidence": _events(self.evidence),
            "output": self.output,
            "hidden": self.hidden,
            "hints": [{"text": _both(hint.text), "after": hint.after} for hint in self.hints],
        }
        if self.picture:
            values["picture"] = self.picture.to_dict()
        if self.was_killed:
            values["was_killed"] = True
        # Left out of what is decided, as every stored and announced check is.
        return {**values, "doubt": asdict(self.doubt)} if self.doubt else values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        return cls(
            **{
                **values,
                "title": Text(**values["title"]),
                "message": Text(**values["message"]),
                "verdict": Verdict(values["verdict"]),
                "evidence": tuple(Event(**event) for event in values["evidence"]),
                "hints": tuple(Hint(Text(**h["text"]), h["after"]) for h in values["hints"]),
                "doubt": Doubt(**values["doubt"]) if values.get("doubt") else None,
                "picture": _picture(values),
            }
        )

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave: every text is the same in both languages."""
        # A newer server may tell more.
        known = {one.name: values[one.name] for one in fields(cls) if one.name in values}
        return cls(
            **{
                **known,
                "title": Text.same(values["title"]),
                "message": Text.same(values["message"]),
                "verdict": Verdict(values["verdict"]),
                "evidence": tuple(Event(**event) for event in values["evidence"]),
                "hints": tuple(Hint(Text.same(hint)) for hint in values["hints"]),
                "doubt": None,
                "picture": _picture(values),
            }
        )

    def to_json(self, language: str) -> dict[str, Any]:
        """Give the check as the API and `semaforo grade --json` show it, in one language."""
        values = self.to_dict()
        values.pop("was_killed", None)
        return {
            **values,
            "picture": self.picture.to_dict() if self.picture else None,
            "title": self.title.to(language),
            "message": self.message.to(language),
            "hints": [hint.text.to(language) for hint in self.hints],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Every check of one grading run.

    suite_hash    sha-256 of the suite's files, 64 hex digits: which version judged.
    runtime_hash  sha-256 of the students' libraries and interpreter, 64 hex digits.
    kit_hash      sha-256 of the kit that judged, 64 hex digits; empty in reports older than it.
    worker        Name of the worker that graded.
    is_reported   Whether the verdicts are what the program's own process reports, as the suite ran
                  in it. Usually they are what the trusted side saw.
    """

    exercise: str
    suite_hash: str
    runtime_hash: str
    worker: str
    checks: tuple[CheckResult, ...] = ()
    version: int = field(default=REPORT_VERSION)
    kit_hash: str = ""
    is_reported: bool = False

    @property
    def points(self) -> float:
        """Points earned, all checks together; never below 0, above the maximum by a bonus only."""
        return max(0.0, sum(check.points for check in self.checks))

    @property
    def max_points(self) -> float:
        """Points to be had, all checks together."""
        return sum(check.max_points for check in self.checks)

    @property
    def is_conclusive(self) -> bool:
        """Whether every check was decided. If not, the run must be graded again."""
        return all(check.verdict is not Verdict.INCONCLUSIVE for check in self.checks)

    def undecided_checks(self) -> tuple[UndecidedCheck, ...]:
        """Return what could not be decided, check by check."""
        return tuple(
            UndecidedCheck(check.name, check.title, check.message, check.doubt or Doubt())
            for check in self.checks
            if check.verdict is Verdict.INCONCLUSIVE
        )

    @property
    def all_passed(self) -> bool:
        """Whether there are checks and every one passed."""
        return bool(self.checks) and all(c.verdict is Verdict.PASSED for c in self.checks)

    def for_student(self, shown: Visibility = USUAL) -> "Report":
        """Return what the student may see of it."""
        return replace(self, checks=tuple(check.for_student(shown) for check in self.checks))

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values, both languages kept; `from_dict` reads them back."""
        return {
            "exercise": self.exercise,
            "suite_hash": self.suite_hash,
            "runtime_hash": self.runtime_hash,
            "kit_hash": self.kit_hash,
            "worker": self.worker,
            "checks": [check.to_dict() for check in self.checks],
            "version": self.version,
            "is_reported": self.is_reported,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises:
            ValueError: it is of a version this program does not know.
        """
        if values["version"] != REPORT_VERSION:
            raise ValueError(f"report version {values['version']} is not known here")
        checks = tuple(CheckResult.from_dict(check) for check in values["checks"])
        return cls(**{**values, "checks": checks})

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave, or a submission from the API: a report in one language."""
        checks = tuple(CheckResult.from_json(check) for check in values["checks"])
        hashes = {name: values[name] for name in ("suite_hash", "runtime_hash", "kit_hash")}
        is_reported = values.get("trust") == REPORTED
        return cls(
            values["exercise"],
            worker=values["worker"],
            checks=checks,
            is_reported=is_reported,
            **hashes,
        )

    def to_json(self, language: str, state: RunState = RunState.FINISHED) -> dict[str, Any]:
        """Give the report as the API and `semaforo grade --json` show it, in one language."""
        return {
            "exercise": self.exercise,
            "suite_hash": self.suite_hash,
            "runtime_hash": self.runtime_hash,
            "kit_hash": self.kit_hash,
            "worker": self.worker,
            "trust": REPORTED if self.is_reported else WITNESSED,
            "state": state.value,
            "points": self.points,
            "max_points": self.max_points,
            "checks": [check.to_json(language) for check in self.checks],
        }


def _picture(values: Mapping[str, Any]) -> Picture | None:
    return Picture.from_dict(values["picture"]) if values.get("picture") else None


def _both(text: Text) -> dict[str, str]:
    return {"es": text.es, "en": text.en}


def _events(events: tuple[Event, ...]) -> list[dict[str, Any]]:
    # Not asdict(): it copies in depth, which was a tenth of what judging a run costs.
    return [
        {
            "at": event.at,
            "service": event.service,
            "call": event.call,
            "what": event.what,
            "arguments": event.arguments,
        }
        for event in events
    ]
