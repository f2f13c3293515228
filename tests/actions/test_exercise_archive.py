"""Zips of exercises: what is taken, and what a hostile one is answered."""

import contextlib
import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest

from server.errors import InvalidExercise, UnusableExercise
from server.exercise_archive import MOST_BYTES, MOST_FILES, read_own_zip, read_zip
from server.exercise_inspection import inspect
from tests.fixtures.exercises import SLUG, a_zip, an_exercise


def _zip(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _link(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


def _titled(title: str) -> bytes:
    words = an_exercise().files["exercise.toml"].decode()
    return words.replace("Greet everybody at once", title).encode()


def _certified(*, at: str = "2026-11-29T12:00:00", flips: str = "0") -> bytes:
    """A certificate of the very suite, which the catalogue and pages would read."""
    lines = [
        f'suite_hash = "{inspect(an_exercise()).suite_hash}"',
        'runtime_hash = ""',
        f"at = {at}",
        "processors = 2",
        "[[condition]]",
        'condition = "quiet"',
        f"false_passes = {flips}",
    ]
    return "\n".join(lines).encode()


def _far_away() -> bytes:
    """A zip whose member is said to begin behind the last address there is."""
    whole = _zip((f"{SLUG}/exercise.toml", b"x"))
    directory, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    member, last = bytearray(whole[directory:end]), bytearray(whole[end:])
    extra = struct.pack("<HHQ", 1, 8, 2**63)
    member[30:32], member[42:46] = struct.pack("<H", len(extra)), b"\xff" * 4
    last[12:16] = struct.pack("<L", len(member) + len(extra))
    return whole[:directory] + bytes(member) + extra + bytes(last)


def test_a_zip_of_the_folder_and_a_zip_of_its_files_are_the_same_exercise() -> None:
    in_folder = read_zip(a_zip(), "whatever.zip")
    bare = read_zip(an_exercise().to_zip(), f"{SLUG}.zip")

    assert in_folder == bare == an_exercise()
    assert in_folder.slug == SLUG
    assert in_folder.content_hash == bare.content_hash
    assert read_own_zip(in_folder.to_zip(), SLUG) == in_folder


def test_what_file_managers_and_python_leave_behind_is_passed_over() -> None:
    content = io.BytesIO(a_zip())
    with zipfile.ZipFile(content, "a") as archive:
        for name in ("__MACOSX/mi-saludo/._a", f"{SLUG}/.git/config", f"{SLUG}/__pycache__/a.pyc"):
            archive.writestr(name, b"x")

    assert read_zip(content.getvalue(), "a.zip") == an_exercise()


def test_any_changed_byte_and_any_other_name_is_another_version() -> None:
    versions = {
        an_exercise().content_hash,
        an_exercise(reference__py=b"x = 1\n").content_hash,
        an_exercise(extra__txt=b"").content_hash,
        an_exercise(extra__txt=b"1").content_hash,
    }

    assert len(versions) == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no zip", "not a zip"),
        (b"", "not a zip"),
        (a_zip()[:-30], "not a zip"),
        (_far_away(), "not a zip"),
        (_zip(("../exercise.toml", b"")), "leads out of its folder"),
        (_zip((f"{SLUG}/../../etc/passwd", b"")), "leads out of its folder"),
        (_zip(("/etc/passwd", b"")), "leads out of its folder"),
        (_zip(("C:/a.py", b"")), "leads out of its folder"),
        (_zip((f"{SLUG}\\..\\a.py", b"")), "leads out of its folder"),
        (_zip((f"{SLUG}/a\n.py", b"")), "no usable name"),
        (_zip((f"{SLUG}//a.py", b"")), "no usable name"),
        (_zip(("a/" * 8 + "a.py", b"")), "no usable name"),
        (_zip((f"{SLUG}/{'a' * 250}.py", b"")), "no usable name"),
        (_zip((_link(f"{SLUG}/exercise.toml"), b"/etc/passwd")), "link or a device"),
        (_zip((f"{SLUG}/a.py", b""), (f"{SLUG}/A.py", b"")), "twice"),
        (_zip((f"{SLUG}/a", b""), (f"{SLUG}/a/b.py", b"")), "twice"),
        (_zip((f"{SLUG}/a.py", b"x"), method=zipfile.ZIP_BZIP2), "unusual way"),
        (_zip(("one/exercise.toml", b""), ("two/exercise.toml", b"")), "more than one folder"),
        (_zip((f"{SLUG}/a.py", b"")), "neither an exercise.toml"),
        (_zip(("Mi_Saludo/exercise.toml", b"")), "no name for an exercise"),
        (_zip(*((f"{SLUG}/{n}", b"") for n in range(MOST_FILES + 1))), "more than 300 files"),
        (
            _zip((f"{SLUG}/exercise.toml", bytes(MOST_BYTES + 1)), method=zipfile.ZIP_DEFLATED),
            "more than 4 MiB",
        ),
    ],
)
def test_a_hostile_or_wrong_zip_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(UnusableExercise, match=words):
        read_zip(content, "exercise.zip")


def test_a_zip_that_lies_about_a_size_is_not_read_beyond_the_limit() -> None:
    honest = _zip((f"{SLUG}/exercise.toml", bytes(50 << 20)), method=zipfile.ZIP_DEFLATED)
    size = (50 << 20).to_bytes(4, "little")
    lying = honest.replace(size, (10).to_bytes(4, "little"))

    assert lying != honest
    with pytest.raises(UnusableExercise):
        read_zip(lying, "exercise.zip")


def test_an_encrypted_zip_is_refused() -> None:
    content = bytearray(_zip((f"{SLUG}/exercise.toml", b"x")))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(header) + flags] |= 1

    with pytest.raises(UnusableExercise, match="encrypted"):
        read_zip(bytes(content), "exercise.zip")


def test_a_damaged_zip_gives_an_exercise_or_a_refusal_and_never_another_error() -> None:
    whole, dice = a_zip(), random.Random(14)  # noqa: S311 - no secret
    taken = 0
    for _ in range(600):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        with contextlib.suppress(UnusableExercise):
            inspect(read_zip(bytes(damaged), "exercise.zip"))
            taken += 1

    assert 0 < taken < 600


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: an_exercise(exercise__toml=b"title = "), "exercise.toml: no es TOML"),
        (lambda: an_exercise(exercise__toml=b"\xff"), "exercise.toml: no es TOML"),
        (lambda: an_exercise(exercise__toml=b"a = " + b"[" * 5000), "exercise.toml: no es TOML"),
        (lambda: an_exercise(exercise__toml=b"a = " + b"9" * 5000), "exercise.toml: no es TOML"),
        (lambda: an_exercise(exercise__toml=_titled("\\u0000")), "title es un texto, o uno por"),
        (lambda: an_exercise(test_mi_saludo__py=None), "no contiene test_mi_saludo.py"),
        (
            lambda: an_exercise(**{"reference__py": None, "reference/a__py": b""}),
            "reference debe ser una carpeta con exactamente solution.py",
        ),
        (lambda: an_exercise(**{"samples/expected__toml": b""}), "falta [hostile_exit]"),
        (lambda: an_exercise(statement__es__md=b"\xff"), "no está en UTF-8"),
        (lambda: an_exercise(starter__py=b"\xff"), "no está en UTF-8"),
        (lambda: an_exercise(certified__toml=b"a = 1"), "certified.toml no se puede leer"),
        (lambda: an_exercise(certified__toml=_certified(at='"x"')), "certified.toml no se puede"),
        (lambda: an_exercise(certified__toml=_certified(flips='"x"')), "certified.toml no se"),
        (lambda: an_exercise(certified__toml=_certified(flips="true")), "certified.toml no se"),
        (lambda: an_exercise(certified__toml=_certified(at="[" * 5000)), "certified.toml no se"),
    ],
)
def test_an_incomplete_exercise_is_refused_with_its_file_and_without_our_paths(
    make: Callable[[], object], words: str
) -> None:
    with pytest.raises(InvalidExercise) as refused:
        inspect(make())  # type: ignore[arg-type]

    assert words in refused.value.words.es
    assert "semaforo-exercise-" not in refused.value.words.es + refused.value.words.en


def test_a_certificate_as_we_write_it_is_taken() -> None:
    assert inspect(an_exercise(certified__toml=_certified())).suite_hash


def test_an_inspected_exercise_knows_what_it_asks_for() -> None:
    inspected = inspect(an_exercise())

    assert inspected.title.es == "Saludar a todos a la vez"
    assert inspected.asked_for == ("solution.py",)
    assert len(inspected.suite_hash) == 64
