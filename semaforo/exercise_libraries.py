"""`semaforo exercise install`: install the libraries of exercises, at the server itself."""

from pathlib import Path
from typing import Annotated

import typer

from graders.catalogue.environments import EnvironmentMissing, Environments
from graders.catalogue.exercises import exercise_folders
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.text import Text
from semaforo.accounts import load_settings
from semaforo.grade import find_exercise
from semaforo.options import DataDir, Language
from semaforo.terminal import COULD_NOT, CommandError, describe_os_error, terminal_language
from server.exercise_store import FOLDER
from server.settings import Settings
from worker.host.libraries import InstallFailed
from worker.host.libraries import install as install_lock


def install(
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Slugs of exercises, or paths of their folders.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All exercises that need libraries.")
    ] = False,
    wheels: Annotated[
        Path | None,
        typer.Option(
            help="Folder of wheels to take them from; nothing is fetched then.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Install the libraries that requirements.txt of an exercise names, at the server itself.

    Only wheels with the hashes written there, so that nothing of them runs here.
    """
    lang = language or terminal_language()
    settings = load_settings(data_dir)
    if bool(exercises) == every:
        raise CommandError(
            "Name exercises: semaforo exercise install SLUG. Or all of them: --all.",
            exit_code=COULD_NOT,
        )
    found = [one for name in exercises or () for one in _find(name, settings, lang)]
    for exercise in _find_all(settings, lang) if every else found:
        print(f"{exercise.slug}: {_install(exercise, settings, wheels).to(lang)}")


def _find(name: str, settings: Settings, language: str) -> list[Exercise]:
    """Return the exercise of this name, and every version of it that was added to the server.

    One that was added is found before its check has passed: the check needs the libraries.
    """
    added = _added(settings, name) if "/" not in name else []
    return added or [find_exercise(name, settings, language)]


def _added(settings: Settings, slug: str = "*") -> list[Exercise]:
    found = []
    for folder in sorted((settings.data_dir / FOLDER).glob(f"*/{slug}")):
        try:
            found.append(load_exercise(folder))
        except ManifestError:  # its check says so to who added it
            continue
    return found


def _find_all(settings: Settings, language: str) -> list[Exercise]:
    try:
        on_disk = [load_exercise(one) for one in exercise_folders(*settings.exercises_dirs)]
    except ManifestError as error:
        raise CommandError("{error}", exit_code=COULD_NOT, error=error.words) from None
    return [one for one in [*on_disk, *_added(settings)] if one.lock]


def _install(exercise: Exercise, settings: Settings, wheels: Path | None) -> Text:
    """Return what was done, in words."""
    environments = Environments(settings.data_dir, settings.pythons)
    lock, store = exercise.lock, environments.store
    if lock is None:
        return _NONE
    try:
        python = environments.python_of(exercise)
        if store.find(lock, python):
            return _THERE.format(names=", ".join(lock.names))
        install_lock(store, lock, python, wheels=wheels)
    except (InstallFailed, EnvironmentMissing) as failed:
        reason = failed.words
    except OSError as error:
        reason = describe_os_error(error)
    else:
        return _DONE.format(names=", ".join(lock.names))
    raise CommandError(
        "The libraries of “{exercise}” are not installed: {reason}.",
        exit_code=COULD_NOT,
        exercise=exercise.slug,
        reason=reason,
    )


_NONE = Text(
    "no necesita bibliotecas: no tiene requirements.txt",
    "it needs no libraries: it has no requirements.txt",
)
_THERE = Text("ya están instaladas: {names}", "installed already: {names}")
_DONE = Text("instaladas: {names}", "installed: {names}")
