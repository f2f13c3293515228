"""What a student reads of an event loop that was blocked."""

from collections.abc import Sequence

from graders.kit.expect import CheckEnded
from graders.kit.messages import requirements
from graders.kit.observation.blocking import LoopRecord
from graders.report import Verdict
from graders.text import Text


def must_be_free(record: LoopRecord) -> None:
    """End the check unless its event loop was certainly never blocked, nor busy, for long."""
    if record.was_held_up:
        message = explain_blocked(record)
        raise CheckEnded(Verdict.FAILED, message, record.line, is_witnessed=True)
    if not record.is_free:
        raise observation_gap([record])


def observation_gap(records: Sequence[LoopRecord]) -> CheckEnded:
    """Return the end of a check whose program we did not observe all the time."""
    unseen = max(record.unseen_seconds for record in records)
    busy = max(record.possibly_busy_seconds for record in records)
    detail = f"unseen for {unseen:.2f} s, perhaps busy for {busy:.2f} s"
    return CheckEnded(Verdict.INCONCLUSIVE, requirements.LOOKED_AWAY, detail=detail)


def explain_blocked(record: LoopRecord) -> Text:
    """Return where the loop was blocked or kept busy, for how long, and what to try."""
    line = record.line
    if not record.was_blocked:
        milliseconds = round(record.busy_seconds * 1000)
        during = requirements.BUSY_FOR.format(milliseconds=milliseconds)
        busy = requirements.BUSY_AT if line else requirements.BUSY
        return busy.format(line=line, during=during) + requirements.DO_NOT_COMPUTE
    during = Text("", "")
    if milliseconds := round(record.seconds * 1000):
        during = requirements.FOR_AT_LEAST.format(milliseconds=milliseconds)
    blocked = requirements.BLOCKED_AT if line else requirements.BLOCKED
    return blocked.format(line=line, during=during)


def name_check(title: Text | None) -> Text:
    """Return the sentence that names the check in which it was seen; None for a hidden one."""
    if title is None:
        return _IN_ANOTHER
    return _IN.format(title=title)


_IN_ANOTHER = Text(
    " Se vio en otra comprobación.",
    " It was seen in another check.",
)
_IN = Text(
    " Se vio en la comprobación «{title}».",
    " It was seen in the check “{title}”.",
)
