"""The reports that a CI system reads, written by `semaforo submit`."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graders.formats.github import format_annotations, format_summary
from graders.formats.gitlab import format_code_quality
from graders.formats.graded import Graded
from graders.formats.junit import format_junit
from semaforo.terminal import COULD_NOT, CommandError, describe_os_error

# Where GitHub and GitLab have checked out the repository.
_ROOTS: Final = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
_STEP_SUMMARY: Final = "GITHUB_STEP_SUMMARY"


@dataclass(frozen=True, slots=True)
class CiReports:
    """Which reports are wanted: files to write, or None; and whether GitHub reads the output."""

    junit: Path | None
    gitlab: Path | None
    github: bool

    def write(self, graded: Graded) -> None:
        """Write the files.

        Raises:
            CommandError: one cannot be written; the files were handed in nevertheless.
        """
        if self.junit is not None:
            _write(self.junit, format_junit(graded))
        if self.gitlab is not None:
            _write(self.gitlab, format_code_quality(graded))
        if self.github and (summary := os.environ.get(_STEP_SUMMARY)):
            # A step may hand in several exercises.
            _write(Path(summary), format_summary(graded), mode="a")

    def show(self, text: str, graded: Graded) -> None:
        """Print the report, and GitHub's annotations after it.

        The report quotes the program: GitHub must not take a line of it for a command.
        """
        if not self.github:
            print(text, end="")
            return
        mark = secrets.token_hex(16)
        print(f"::stop-commands::{mark}\n{text}\n::{mark}::\n{format_annotations(graded)}", end="")


def repository_path(path: Path) -> str:
    """Return a file's path as CI systems name it: from the repository's root, or from here."""
    root = next((os.environ[name] for name in _ROOTS if os.environ.get(name)), "") or Path.cwd()
    absolute = path.absolute()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else str(path)


def _write(path: Path, content: str, *, mode: str = "w") -> None:
    try:
        with path.open(mode, encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        raise CommandError(
            "{file} cannot be written: {reason}. The files were handed in.",
            exit_code=COULD_NOT,
            file=path,
            reason=describe_os_error(error),
        ) from None
