"""Output of `semaforo suite mutate`: what was caught, and each survivor with its diff."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich

from semaforo.suite_table import Translate
from worker.authoring.mutation.catalogue import OPERATORS
from worker.authoring.mutation.survivors import MutationResults, Outcome

_STYLES: Final = {"+": "green", "-": "red", "@": "cyan"}


def print_operators(console: Console, language: str) -> None:
    """Print the name of every operator, and what it does."""
    table = Table(box=box.SIMPLE, pad_edge=False, show_header=False)
    for one in OPERATORS.values():
        table.add_row(one.name, one.about.to(language))
    console.print(table)


def print_results(
    console: Console, found: MutationResults, translate: Translate, language: str
) -> None:
    """Print the survivors with their diffs, a table by operator, and the sums."""
    exercise = found.exercise
    console.print(Rich(f"{exercise.slug}   {exercise.title.to(language)}", style="bold"))
    for outcome in found.survivors:
        _print_mutant(console, outcome, translate("full marks"), language)
    for outcome in found.undecided:
        _print_mutant(console, outcome, translate("undecided"), language)
    console.print(_table(found, translate))
    for entry in found.stale:
        sentence = translate(
            "mutants.toml: entry {number} ({operator}) matches no mutant with full marks any more; "
            "take it out."
        )
        line = "✗ " + sentence.format(number=entry.number, operator=entry.operator)
        console.print(Rich(line, style="red"))
    console.print(Rich(describe_results(found, translate), style=_style(found)))
    if found.survivors:
        note = translate(
            "Write a check that fails on each, or declare in mutants.toml why it is right:"
        )
        console.print(Rich(f"{note}\n{declarations_of(found.survivors)[0]}", style="dim"))
    console.print()


def describe_results(found: MutationResults, translate: Translate) -> str:
    """Return one sentence with the sums."""
    return translate(
        "{mutants} mutants: {caught} caught, {equivalent} declared equivalent, {survivors} with "
        "full marks, {undecided} undecided; {seconds} s."
    ).format(
        mutants=len(found.outcomes),
        caught=found.caught,
        equivalent=found.equivalent,
        survivors=len(found.survivors),
        undecided=len(found.undecided),
        seconds=round(found.seconds),
    )


def declarations_of(survivors: Iterable[Outcome]) -> list[str]:
    """Return the entries of mutants.toml that would declare survivors, without their reasons.

    The same change of several samples is one entry.
    """
    names: dict[tuple[str, str, str], list[str]] = {}
    for mutant in (outcome.mutant for outcome in survivors):
        names.setdefault((mutant.operator, mutant.within, mutant.change), []).extend(mutant.samples)
    return [
        f'[[equivalent]]\noperator = "{operator}"\n'
        f"samples = {json.dumps(samples)}\n"
        f'within = "{within}"\n'
        f"change = '''\n{change}\n'''\n"
        'reason = ""'
        for (operator, within, change), samples in names.items()
    ]


def _style(found: MutationResults) -> str:
    if found.survivors or found.stale:
        return "red"
    return "yellow" if found.undecided else "green"


def _print_mutant(console: Console, outcome: Outcome, label: str, language: str) -> None:
    mutant = outcome.mutant
    about = OPERATORS[mutant.operator].about.to(language)
    names = ", ".join(mutant.samples)
    head = f"✗ {names}: {mutant.operator} ({mutant.within or mutant.file}), {label}: {about}"
    console.print(Rich(head, style="bold"))
    for line in mutant.diff.splitlines()[2:]:
        console.print(Rich(f"    {line}", style=_STYLES.get(line[:1], "")), soft_wrap=True)
    console.print()


def _table(found: MutationResults, translate: Translate) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column(translate("Operator"))
    titles = [
        translate("Mutants"),
        translate("Caught"),
        translate("Equivalent"),
        translate("Full marks"),
        translate("Undecided"),
    ]
    for title in titles:
        table.add_column(title, justify="right")
    made = Counter(outcome.mutant.operator for outcome in found.outcomes)
    for name in (name for name in OPERATORS if made[name]):
        own = [outcome for outcome in found.outcomes if outcome.mutant.operator == name]
        part = MutationResults(found.exercise, own)
        counts = (part.caught, part.equivalent, len(part.survivors), len(part.undecided))
        cells = [Rich(str(count) if count else "–") for count in counts]
        cells[2].stylize("bold red" if counts[2] else "")
        table.add_row(name, str(len(own)), *cells)
    return table


def as_json(found: MutationResults, language: str) -> dict[str, Any]:
    """Return the same information as JSON values."""
    return {
        "exercise": found.exercise.slug,
        "folder": str(found.exercise.folder),
        "suite_hash": found.exercise.suite_hash,
        "mutants": len(found.outcomes),
        "caught": found.caught,
        "equivalent": found.equivalent,
        "survivors": len(found.survivors),
        "undecided": len(found.undecided),
        "seconds": round(found.seconds, 2),
        "stale": [
            {"number": entry.number, "operator": entry.operator, "reason": entry.reason}
            for entry in found.stale
        ],
        "outcomes": [_outcome_as_json(outcome, language) for outcome in found.outcomes],
    }


def _outcome_as_json(outcome: Outcome, language: str) -> dict[str, Any]:
    mutant, check, declared = outcome.mutant, outcome.caught_by, outcome.declared
    return {
        "state": _state(outcome),
        "operator": mutant.operator,
        "samples": list(mutant.samples),
        "file": mutant.file,
        "within": mutant.within,
        "change": mutant.change,
        "diff": mutant.diff,
        "caught_by": check and check.name,
        "message": check and check.message.to(language),
        "reason": declared and declared.reason,
    }


def _state(outcome: Outcome) -> str:
    if not outcome.is_decided:
        return "undecided"
    if outcome.caught_by is not None:
        return "caught"
    return "equivalent" if outcome.declared else "survivor"
