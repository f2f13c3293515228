"""How a check ends before its last line: with a verdict, and a message to the student."""

from graders.report import Verdict
from graders.text import Text


class CheckEnded(AssertionError):
    """The check is decided: `verdict`, the `message` for the student, the `line` it speaks of.

    is_witnessed  Whether it rests on nothing but what the kernel showed: no time-out of the
                  program's own can have caused it.
    detail        If it is undecided: why, in English, for operators.
    """

    def __init__(
        self,
        verdict: Verdict,
        message: Text,
        line: int | None = None,
        *,
        is_witnessed: bool = False,
        detail: str = "",
    ) -> None:
        super().__init__(message.en)
        self.verdict, self.message, self.line = verdict, message, line
        self.is_witnessed, self.detail = is_witnessed, detail


def require(condition: object, es: str, en: str, *, line: int | None = None) -> None:
    """End the check as failed unless `condition` holds; say what happened and what to try."""
    if not condition:
        raise CheckEnded(Verdict.FAILED, Text(es, en), line)


def undecided(es: str, en: str) -> CheckEnded:
    """Return the end of a check that our machine could not decide: the run is graded again."""
    return CheckEnded(Verdict.INCONCLUSIVE, Text(es, en))
