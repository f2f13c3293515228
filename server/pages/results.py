"""Verdicts, points and states prepared for templates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from graders.picture import Picture
from graders.report import USUAL, CheckResult, Report, RunState, Verdict, Visibility
from graders.text_report import find_common_failure, without_message
from graders.text_waits import describe_waits
from graders.undecided import Undecided
from server.i18n import gettext_for
from server.models import GradingRun
from server.pages.timeline import Timeline, draw_check
from server.pages.wait_graph import WaitGraph, draw_waits
from server.templating import plural_for


@dataclass(frozen=True, slots=True)
class Standing:
    """A state or result, as a traffic light and a few words.

    lit  The lit lamp: "stop", "wait", "go" or "off".
    """

    lit: str
    words: str
    points: float = 0
    max_points: float = 0
    has_points: bool = False


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check, in one language.

    waits           A sentence for each task of a program that stands still: what it waits for.
    called_nothing  The program was started, did not pass, and never called a service.
    is_folded       One line says all: it passed, was not run, or shares the failure of all.
    """

    name: str
    title: str
    verdict: Verdict
    lit: str
    points: float
    max_points: float
    wall_seconds: float | None
    message: str
    hints: Sequence[str]
    line: int | None
    file: str
    output: str
    timeline: Timeline | None
    wait_graph: WaitGraph | None
    waits: Sequence[str]
    called_nothing: bool
    is_folded: bool

    @property
    def fill(self) -> str:
        """How it is drawn: its lamp, or "none" if it was not run."""
        return "none" if self.verdict is Verdict.NOT_RUN else self.lit

    @property
    def shows_picture(self) -> bool:
        """Whether its picture shows what went wrong, so that it need not be asked for."""
        return self.timeline is not None and not self.timeline.is_of_success

    @property
    def has_more(self) -> bool:
        """Whether there is something to unfold."""
        return bool(self.timeline or self.waits or self.output or self.wall_seconds is not None)


class StripPart(NamedTuple):
    """A check in a line of all checks: its fill, and where it lies, in percent of the width."""

    fill: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """A grading run as its submission's page shows it.

    undecided      Why grading ended without a verdict, a paragraph each; only for staff.
    message, line, file  What is said of every check alike, the line it speaks of, and that line's
                   file, empty for the first.
    waiting        The place in the queue, in words; empty: none any more. None: not looked up.
    again_seconds  After how long the place is worth looking up again.
    """

    lit: str
    words: str
    explanation: str
    is_final: bool
    points: float
    max_points: float
    has_points: bool
    checks: Sequence[CheckView] = ()
    no_checks: str = ""
    message: str = ""
    line: int | None = None
    file: str = ""
    suite_hash: str = ""
    runtime_hash: str = ""
    kit_hash: str = ""
    is_reported: bool = False
    worker: str = ""
    undecided: Sequence[str] = ()
    waiting: str | None = None
    again_seconds: int = 0

    @property
    def ordered(self) -> list[CheckView]:
        """The checks: what failed first, then what is undecided, what passed, what was not run."""
        return sorted(self.checks, key=_rank)

    @property
    def failed(self) -> list[CheckView]:
        """The checks that did not pass and have something to say about it."""
        return [check for check in self.ordered if check.lit == "stop" and not check.is_folded]

    @property
    def first_failed(self) -> str:
        """Name of the first of them; empty if there is none."""
        return self.failed[0].name if self.failed else ""

    @property
    def legend(self) -> list[str]:
        """What the pictures of the checks show, each kind of thing once."""
        drawn = [check.timeline for check in self.ordered if check.timeline]
        return list(dict.fromkeys(kind for timeline in drawn for kind in timeline.kinds))

    @property
    def legend_at(self) -> str:
        """Name of the check whose picture the legend stands at; empty: below all of them."""
        first = next((check for check in self.failed if check.timeline), None)
        is_open = first is not None and first.name == self.first_failed and first.shows_picture
        return self.first_failed if is_open else ""

    @property
    def strip(self) -> list[StripPart]:
        """The checks in the suite's order as parts of a line, each as wide as its points."""
        total = sum(check.max_points for check in self.checks)
        parts: list[StripPart] = []
        x = 0.0
        for check in self.checks if total else ():
            width = check.max_points / total * 100
            parts.append(StripPart(check.fill, f"{x + 0.15:.2f}", f"{max(width - 0.3, 0.3):.2f}"))
            x += width
        return parts


def _rank(check: CheckView) -> int:
    if not check.is_folded and check.verdict is not Verdict.INCONCLUSIVE:
        return 0
    if check.verdict is Verdict.NOT_RUN:
        return 3
    return {Verdict.INCONCLUSIVE: 1, Verdict.PASSED: 2}.get(check.verdict, 0)


def describe_run(run: GradingRun | None, language: str) -> Standing:
    """Describe a run; None means nothing has been handed in."""
    _ = gettext_for(language)
    if run is None:
        return Standing("off", _("Not handed in yet"))
    return describe_state(run.state, run.points, run.max_points, language)


def describe_state(
    state: RunState, points: float | None, max_points: float | None, language: str
) -> Standing:
    """Describe a run by its state and points."""
    _ = gettext_for(language)
    match state:
        case RunState.QUEUED:
            return Standing("wait", _("Waiting"))
        case RunState.RUNNING:
            return Standing("wait", _("Being graded"))
        case RunState.ABANDONED:
            return Standing("wait", _("Could not be graded"))
    earned, possible = points or 0.0, max_points or 0.0
    if earned >= possible:
        return Standing("go", _("All passed"), earned, possible, has_points=True)
    return Standing("stop", _("Some failed"), earned, possible, has_points=True)


def describe_result(
    run: GradingRun, language: str, *, is_staff: bool, shown: Visibility = USUAL
) -> ResultView:
    """Show a stored run, as far as its reader may see it; its checks must be loaded."""
    if run.state is RunState.FINISHED:
        view = _finished(run, run.report("", is_staff=is_staff, shown=shown), language)
    elif run.state is RunState.ABANDONED:
        view = _abandoned(language)
    else:
        view = describe_pending(run.state, language, tries=run.tries, claims=run.claims)
    reasons = run.reasons(is_staff=is_staff)
    return replace(view, undecided=[describe_reason(reason, language) for reason in reasons])


def describe_reason(reason: Undecided, language: str) -> str:
    """Say why a claim ended without a verdict, and under which load."""
    _ = gettext_for(language)
    template = _("Grading attempt %(claim)d, on %(worker)s at load %(load)s: %(reason)s")
    return template % {
        "claim": reason.claim,
        "worker": reason.worker,
        "load": reason.load,
        "reason": reason.describe().to(language),
    }


def describe_pending(
    state: RunState,
    language: str,
    *,
    tries: int = 0,
    claims: int = 0,
    checks_done: int = 0,
) -> ResultView:
    """Show a run that is not over.

    checks_done  How many of its checks are decided.
    claims       How often a worker has taken it so far.
    tries        How often of those it was graded and nothing could be decided.
    """
    _ = gettext_for(language)
    words = _("Waiting in the queue")
    if state is RunState.RUNNING:
        words = _("Your program is running")
    if checks_done:
        ngettext = plural_for(language)
        counted = ngettext("%(num)d check done", "%(num)d checks done", checks_done)
        words = f"{words}: {counted % {'num': checks_done}}"
    explanation = ""
    if state is RunState.QUEUED and tries:
        explanation = _(
            "The result was not certain, so your submission will be graded again "
            "automatically. You do not have to do anything, and you lose nothing."
        )
    elif state is RunState.QUEUED and claims:
        explanation = _(
            "A problem on our side interrupted the grading, so your submission will be "
            "graded again automatically. You do not have to do anything, and you lose "
            "nothing."
        )
    return ResultView(
        lit="wait",
        words=words,
        waiting=None if state is RunState.QUEUED else "",
        explanation=explanation,
        is_final=False,
        points=0,
        max_points=0,
        has_points=False,
        no_checks=_("The verdict of each check appears here as soon as it is known."),
    )


def check_view(check: CheckResult, language: str) -> CheckView:
    """Show one check."""
    lit = {Verdict.PASSED: "go", Verdict.INCONCLUSIVE: "wait"}.get(check.verdict, "stop")
    timeline = draw_check(check)
    was_started = check.wall_seconds is not None
    return CheckView(
        name=check.name,
        title=check.title.to(language),
        verdict=check.verdict,
        lit=lit,
        points=check.points,
        max_points=check.max_points,
        wall_seconds=check.wall_seconds,
        message=check.message.to(language),
        hints=[hint.text.to(language) for hint in check.hints],
        line=check.line,
        file=check.file,
        output=check.output,
        timeline=timeline,
        wait_graph=draw_waits(check.picture),
        waits=[text.to(language) for text in describe_waits(check.picture or Picture())],
        called_nothing=was_started and not (timeline or check.evidence) and lit == "stop",
        is_folded=check.verdict is Verdict.PASSED
        or (check.verdict is Verdict.NOT_RUN and check.line is None),
    )


def _finished(run: GradingRun, report: Report, language: str) -> ResultView:
    _ = gettext_for(language)
    alike = find_common_failure(report.checks)
    shown = without_message(report.checks, alike) if alike else report.checks
    checks = [check_view(check, language) for check in shown]
    if alike:
        # Said once above; of a hidden check there is nothing to say in either case.
        checks = [replace(check, is_folded=True) for check in checks]
    else:
        checks = _unfold_cause(checks)
    passed = sum(check.verdict is Verdict.PASSED for check in checks)
    all_passed = passed == len(checks) > 0
    words = _("All checks passed")
    if not all_passed:
        ngettext = plural_for(language)
        template = ngettext(
            "%(num)d of %(total)d checks passed", "%(num)d of %(total)d checks passed", passed
        )
        words = template % {"num": passed, "total": len(checks)}
    return ResultView(
        lit="go" if all_passed else "stop",
        words=words,
        explanation=_describe_reported(language) if run.is_reported else "",
        message=alike.message.to(language) if alike else "",
        line=alike.line if alike else None,
        file=alike.file if alike else "",
        is_final=True,
        points=run.points or 0,
        max_points=run.max_points or 0,
        has_points=True,
        checks=checks,
        suite_hash=run.suite_hash or "",
        runtime_hash=run.runtime_hash or "",
        kit_hash=run.kit_hash or "",
        is_reported=run.is_reported,
        worker=run.worker or "",
    )


def _describe_reported(language: str) -> str:
    _ = gettext_for(language)
    return _(
        "This result is reported by the program's own process and not witnessed from outside: the "
        "tests ran inside it."
    )


def _unfold_cause(checks: Sequence[CheckView]) -> list[CheckView]:
    """Open the first check that was not run if no other has failed: it says what is missing."""
    is_open = any(check.lit == "stop" and not check.is_folded for check in checks)
    not_run = [check for check in checks if check.verdict is Verdict.NOT_RUN]
    cause = None if is_open or not not_run else not_run[0]
    return [replace(check, is_folded=False) if check is cause else check for check in checks]


def _abandoned(language: str) -> ResultView:
    _ = gettext_for(language)
    return ResultView(
        lit="wait",
        words=_("We could not grade this"),
        explanation=_(
            "Grading failed several times because of a problem on our side. You lose no "
            "points and the attempt does not count. Your teacher sees it too. You can hand "
            "in again."
        ),
        is_final=True,
        points=0,
        max_points=0,
        has_points=False,
        no_checks=_("There is no verdict."),
    )
