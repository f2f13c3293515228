"""Why grading ended without a verdict: for staff and operators, never for students.

A run may be graded several times before it is decided, or given up. Each time leaves one entry.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from graders.text import Text

INCONCLUSIVE: Final = "inconclusive"
BUG: Final = "bug"
LONGEST_DETAIL: Final = 400  # characters of a detail that are kept: its end, which names the error
_MOST_CHECKS: Final = 50


@dataclass(frozen=True, slots=True)
class Doubt:
    """What our machine could not decide about one check.

    detail           What went wrong, in English, for operators; "" if the check's message says it.
    stalled_seconds  The longest time that our machine kept the program from running.
    """

    detail: str = ""
    stalled_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class UndecidedCheck:
    """One inconclusive check, with the message of its result."""

    name: str
    title: Text
    message: Text
    doubt: Doubt

    def describe(self) -> Text:
        """Return one line: the check, what could not be decided, and the stall."""
        parts = Text("«{es}»: ", "“{en}”: ").format(es=self.title.es, en=self.title.en)
        parts += self.message
        known = [self.doubt.detail] if self.doubt.detail else []
        es, en = list(known), list(known)
        if self.doubt.stalled_seconds >= 0.01:
            seconds = f"{self.doubt.stalled_seconds:.2f}"
            es.append(f"parón más largo: {seconds} s")
            en.append(f"longest stall: {seconds} s")
        return parts + Text(f" ({'; '.join(es)})", f" ({'; '.join(en)})") if en else parts


@dataclass(frozen=True, slots=True)
class Undecided:
    """One claim of a run that ended without a verdict.

    at         When, as an ISO 8601 moment in UTC.
    claim      Number of the claim, from 1.
    worker     Name of the worker.
    cause      "inconclusive", the value of a `worker.outages.Outage`, or "bug".
    is_try     Whether it counts towards the limit of tries, because it may be the program's doing.
    alone      Whether the run had the machine to itself.
    load       Average number of processes that wanted a processor in the last minute, for each
               processor of the worker's machine.
    detail     What went wrong, in English; "" where the checks say it. At most LONGEST_DETAIL long.
    checks     The checks that could not be decided.
    """

    at: str
    claim: int
    worker: str
    cause: str
    is_try: bool
    alone: bool
    load: float
    detail: str = ""
    checks: tuple[UndecidedCheck, ...] = ()

    def describe(self) -> Text:
        """Return what happened, in one paragraph for staff."""
        text = _CAUSES.get(self.cause, _CAUSES[BUG])
        if self.checks:
            lines = [check.describe() for check in self.checks]
            es, en = ("; ".join(getattr(line, key) for line in lines) for key in ("es", "en"))
            text = text + Text(f" {es}", f" {en}")
        elif self.detail:
            text = text + Text.same(f" {self.detail}")
        return text

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values, both languages kept; `from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote."""
        checks = tuple(
            UndecidedCheck(
                check["name"],
                Text(**check["title"]),
                Text(**check["message"]),
                Doubt(**check["doubt"]),
            )
            for check in values["checks"]
        )
        return cls(**{**values, "checks": checks})

    def to_json(self, language: str) -> dict[str, Any]:
        """Give it as the API and `semaforo grade --json` show it, in one language."""
        checks = [
            {
                "name": check.name,
                "title": check.title.to(language),
                "message": check.message.to(language),
                **asdict(check.doubt),
            }
            for check in self.checks[:_MOST_CHECKS]
        ]
        reason = self.describe().to(language)
        return {**asdict(self), "checks": checks, "reason": reason}


_CAUSES: Final = {
    INCONCLUSIVE: Text(
        "La máquina no pudo decidir estas comprobaciones:",
        "The machine could not decide these checks:",
    ),
    "sandbox": Text("No hubo sandbox, o se perdió:", "No sandbox was available, or it was lost:"),
    "suite-process": Text(
        "El proceso de la suite terminó, no respondía o no arrancó:",
        "The suite's process ended, did not answer or did not start:",
    ),
    "suite-broken": Text("La suite tiene un error:", "The suite has an error:"),
    "suite-raised": Text(
        "Una comprobación de la suite falló con un error propio:",
        "A check of the suite raised an error of its own:",
    ),
    "judge": Text(
        "El juez de esta ejecución terminó antes de tiempo o no terminó:",
        "This run's judge ended early or did not end:",
    ),
    "environment": Text(
        "Falta lo que el ejercicio necesita:", "What the exercise needs is missing:"
    ),
    "no-room": Text(
        "A la máquina no le quedaban procesos o memoria:",
        "The machine had no process or no memory left:",
    ),
    "other": Text("No se pudo evaluar:", "It could not be graded:"),
    BUG: Text("Un error de Semáforo:", "An error in Semáforo:"),
}
