"""Programs judged by cases: what they are given to read, and what they are to print."""

import math
from difflib import unified_diff
from pathlib import Path

from graders.kit.expect import CheckEnded
from graders.kit.solution import Solution
from graders.report import Verdict
from graders.text import Text

# Of the input and of the difference, in a message.
_MOST_LINES, _MOST_COLUMNS = 20, 160
# Lines that are compared for the difference, from the first that differs: a hostile program could
# print many that take long to compare.
_MOST_COMPARED = 100


class Cases:
    """A folder of cases: a program reads `NAME.in` and is to print what is in `NAME.out`.

    Blanks at the end of lines and empty lines at the end of the output never count. `tolerance` is
    how far a number may be from the expected one, in itself or by ratio; None: as it is written.
    With `any_spaces` blanks and ends of lines only separate words.
    """

    def __init__(
        self, folder: str | Path, *, tolerance: float | None = None, any_spaces: bool = False
    ) -> None:
        self._folder, self._tolerance, self._any_spaces = Path(folder), tolerance, any_spaces

    async def judge(self, solution: Solution, name: str, *arguments: str) -> None:
        """Run the program with a case; end the check as failed if it prints something else."""
        given, expected = (
            (self._folder / f"{name}.{end}").read_text("utf-8") for end in ("in", "out")
        )
        run = await solution.run_script(*arguments, stdin=given)
        run.must_return()
        wanted, printed = _lines(expected), _lines("\n".join(run.output))
        if self._any_spaces:
            is_right = self._is_alike(" ".join(wanted), " ".join(printed))
        else:
            is_right = len(wanted) == len(printed) and all(
                self._is_alike(*pair) for pair in zip(wanted, printed, strict=True)
            )
        if not is_right:
            raise CheckEnded(Verdict.FAILED, self._message(given, wanted, printed))

    def _is_alike(self, wanted: str, printed: str) -> bool:
        if wanted == printed:
            return True
        if self._tolerance is None and not self._any_spaces:
            return False
        words, others = wanted.split(), printed.split()
        return len(words) == len(others) and all(
            self._is_same(*pair) for pair in zip(words, others, strict=True)
        )

    def _is_same(self, wanted: str, printed: str) -> bool:
        if wanted == printed or self._tolerance is None:
            return wanted == printed
        try:
            one, other = float(wanted), float(printed)
        except ValueError:
            return False
        near = self._tolerance
        return math.isclose(one, other, rel_tol=near, abs_tol=near)

    def _message(self, given: str, wanted: list[str], printed: list[str]) -> Text:
        # Lines that are alike by what this exercise allows are no difference.
        shown = [
            one if self._is_alike(one, other) else other
            for one, other in zip(wanted, printed, strict=False)
        ]
        shown += printed[len(shown) :]
        pairs = enumerate(zip(wanted, shown, strict=False))
        same = next((number for number, (one, other) in pairs if one != other), len(shown))
        part = slice(max(0, min(same, len(wanted)) - 2), same + _MOST_COMPARED)
        found = list(unified_diff(wanted[part], shown[part], lineterm="", n=2))[3:]
        found = ["…" if line.startswith("@@") else line for line in found]
        words = _NOTHING_PRINTED if not printed else _DIFFERENT
        if given.strip():
            words = words + _GIVEN.format(given=_cut(given.splitlines()))
        return words + _DIFFERENCE.format(difference=_cut(found))


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _cut(lines: list[str]) -> str:
    cut = [line if len(line) <= _MOST_COLUMNS else line[:_MOST_COLUMNS] + "…" for line in lines]
    return "\n".join(cut[:_MOST_LINES] + (["…"] if len(cut) > _MOST_LINES else []))


_DIFFERENT = Text(
    "Tu programa no imprimió lo que se espera.", "Your program has not printed what is expected."
)
_NOTHING_PRINTED = Text("Tu programa no imprimió nada.", "Your program has printed nothing.")
_GIVEN = Text("\nLeyó:\n{given}", "\nIt was given:\n{given}")
_DIFFERENCE = Text(
    "\nDiferencia («-» lo esperado, «+» lo que imprimió):\n{difference}",
    "\nDifference (“-” expected, “+” printed):\n{difference}",
)
