"""Refusals about exercises that administrators add."""

from graders.text import Text
from server.errors.kinds import Conflict, Gettext, Invalid, NotFound


class UnusableExercise(Invalid):
    """The file or folder is no exercise that this server can take; the detail says why.

    An exercise is a folder as `semaforo suite new` makes it. Its zip holds that folder and nothing
    else. Nothing was stored.
    """

    slug, title = "unusable-exercise", "This exercise cannot be taken."


class InvalidExercise(UnusableExercise):
    """A file of the exercise is missing or not as it must be; the detail says which and why.

    `semaforo suite check` finds the same on your own machine. Nothing was stored.
    """

    slug, title = "invalid-exercise", "The exercise is not complete."

    def __init__(self, words: Text) -> None:
        super().__init__("{words}", words=words.en)
        self.words = words

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return what is wrong, as the catalogue says it."""
        return self.words.to(language)


class ExerciseNameTaken(Conflict):
    """An exercise on this server's disk bears this name already. Rename your exercise's folder."""

    slug, title = "exercise-name-taken", "There is already an exercise with this name."

    def __init__(self, exercise: str) -> None:
        super().__init__(
            "“{exercise}” is an exercise on this server's disk. Give the folder of yours another "
            "name, and its suite's file with it.",
            exercise=exercise,
        )


class OtherFilesAskedFor(Conflict):
    """A new version must ask students for the same files as the version before.

    What they have handed in already could not be graded by it otherwise. To ask for other files,
    add it as an exercise of another name.
    """

    slug, title = "other-files-asked-for", "The new version asks for other files."

    def __init__(self, exercise: str, before: str, now: str) -> None:
        super().__init__(
            "“{exercise}” asks for {before}, and this version for {now}. What students handed in "
            "could not be graded by it. Add it as an exercise of another name.",
            exercise=exercise,
            before=before,
            now=now,
        )


class ExerciseIsGiven(Conflict):
    """A course gives this exercise, so it cannot be taken away.

    Take it back in that course first, if nobody has handed in to it. Otherwise it stays, so that
    what was handed in can still be read and graded.
    """

    slug, title = "exercise-is-given", "A course gives this exercise."

    def __init__(self, exercise: str, courses: str) -> None:
        super().__init__(
            "“{exercise}” is given in {courses}, so it stays.", exercise=exercise, courses=courses
        )


class UnknownAddedExercise(NotFound):
    """No exercise of this name was uploaded or pulled. Those on the server's disk stay there."""

    slug, title = "unknown-added-exercise", "No such exercise was added."

    def __init__(self, exercise: str) -> None:
        super().__init__("No exercise “{exercise}” was uploaded or pulled.", exercise=exercise)


class GitMissing(Conflict):
    """The server's operator can install git; the image of the server has it. A zip needs no git."""

    slug, title = "git-missing", "git is not installed on this server."

    def __init__(self) -> None:
        super().__init__(
            "git is not installed on this server. Its operator can install it; or upload a zip."
        )


class GitFailed(Invalid):
    """The repository could not be read; the detail has the words of git.

    It must be readable without a name and password, and answer within 40 seconds.
    """

    slug, title = "git-failed", "The repository could not be read."

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            "git could not read {address}: {reason}", address=address, reason=reason or "–"
        )
