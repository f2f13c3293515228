"""`semaforo suite new`: an exercise folder to start from, complete and working."""

import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import SLUG
from semaforo.options import Language
from semaforo.terminal import COULD_NOT, Stop, terminal_language, words
from server.settings import get_settings

TEMPLATE: Final = Path(__file__).parent / "exercise_template"


def new(
    slug: Annotated[str, typer.Argument(help="Name of the exercise, as in its address.")],
    folder: Annotated[
        Path | None,
        typer.Option("--in", help="Where to make it; else where the settings have exercises."),
    ] = None,
    language: Language = None,
) -> int:
    """Make an exercise folder to start from: `suite check` accepts it as it is."""
    say = words(language or terminal_language())
    if not SLUG.fullmatch(slug):
        raise Stop(
            "“{slug}” cannot be an exercise's name: it has from 1 to 40 small letters, digits and "
            "hyphens, and begins with a letter.",
            exit_code=COULD_NOT,
            slug=slug,
        )
    folders = get_settings().exercises_dirs
    made = make_folder(slug, folder or (folders[0] if folders else Path.cwd()))
    print(say("Made: {folder}").format(folder=made))
    print(say("Write your exercise there, then try it on its samples:"))
    name = slug if made.parent in [f.resolve() for f in (BUILT_IN, *folders)] else str(made)
    print(f"  semaforo suite check {name}")
    if name != slug:
        print(say("For a server to give it, put its folder's folder into SEMAFORO_EXERCISES_DIRS:"))
        print(f"  export SEMAFORO_EXERCISES_DIRS={made.parent}")
    return 0


def make_folder(slug: str, folder: Path) -> Path:
    """Copy the blueprint; returns the exercise's folder.

    Raises:
        Stop: it is there already, or cannot be made.
    """
    target = folder.resolve() / slug
    if target.exists():
        raise Stop("{folder} is there already.", exit_code=COULD_NOT, folder=target)
    try:
        shutil.copytree(TEMPLATE, target, ignore=shutil.ignore_patterns("__pycache__"))
        # Under their own names they would make the blueprint an exercise.
        (target / "manifest.toml").rename(target / "exercise.toml")
        (target / "suite.py").rename(target / f"test_{slug.replace('-', '_')}.py")
    except OSError as error:
        raise Stop(
            "{folder} cannot be made: {reason}.",
            exit_code=COULD_NOT,
            folder=target,
            reason=error.strerror,
        ) from None
    return target
