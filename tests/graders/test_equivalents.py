"""mutants.toml: what it may say, and what an entry covers."""

from pathlib import Path

import pytest

from graders.catalogue.equivalents import Equivalent, read_equivalents
from graders.catalogue.manifest import ManifestError, load_exercise
from semaforo.suite import create_exercise_folder

CHANGE = "- return await f()\n+ return f()"


def read(folder: Path, text: str) -> tuple[Equivalent, ...]:
    (folder / "mutants.toml").write_text(text, "utf-8")
    return read_equivalents(folder)


def test_without_the_file_nothing_is_declared(tmp_path: Path) -> None:
    assert read_equivalents(tmp_path) == ()


def test_an_entry_covers_its_change_wherever_it_stands(tmp_path: Path) -> None:
    (entry,) = read(
        tmp_path,
        """
        [[equivalent]]
        operator = "drop-await"
        samples = ["reference", "right_class"]
        within = "Client.get"
        change = '''
            - return await f()
            + return f()
        '''
        reason = "f gives a future, and the caller awaits it."
        """,
    )
    assert entry.covers("drop-await", ["right_class"], "Client.get", CHANGE)
    assert entry.covers("drop-await", ["other", "reference"], "Client.get", CHANGE)
    assert not entry.covers("ask-twice", ["reference"], "Client.get", CHANGE)
    assert not entry.covers("drop-await", ["other"], "Client.get", CHANGE)
    assert not entry.covers("drop-await", ["reference"], "Client", CHANGE)
    assert not entry.covers("drop-await", ["reference"], "Client.get", "- return await g()")


def test_an_entry_that_names_only_the_operator_covers_all_its_changes(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, '[[equivalent]]\noperator = "block-loop"\nreason = "Not promised."')
    assert entry.covers("block-loop", ["any"], "", CHANGE)
    assert not entry.covers("busy-loop", ["any"], "", CHANGE)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[equivalent]", "no es TOML"),
        ('[[equivalents]]\noperator = "x"', "clave desconocida: equivalents"),
        ('[[equivalent]]\noperator = "x"\nreason = "y"\nsample = "z"', "desconocida: sample"),
        ('[[equivalent]]\nreason = "y"', "1: falta operator"),
        ('[[equivalent]]\noperator = "x"\nreason = "  "', "1: falta reason"),
        ('[[equivalent]]\noperator = "x"\nreason = "y"\nsamples = "z"', "samples es una lista"),
        ('[[equivalent]]\noperator = 1\nreason = "y"', "lo demás, texto"),
        ("equivalent = [1]", "falta operator, reason"),
    ],
)
def test_an_exercise_whose_declarations_are_wrong_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    folder = create_exercise_folder("mine", tmp_path)
    (folder / "mutants.toml").write_text(text, "utf-8")

    with pytest.raises(ManifestError) as refused:
        load_exercise(folder)

    assert "mutants.toml" in refused.value.words.es
    assert words in refused.value.words.es
