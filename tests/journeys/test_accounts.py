"""`semaforo user`, `token` and `doctor`, as an operator types them."""

import re
import zipfile
from pathlib import Path

import pytest

from tests.journeys.conftest import environment, semaforo

ADA = ("user", "add", "ada@example.org", "--name", "Ada Byron")


async def test_user_add_prints_a_sign_in_link(operator: dict[str, str], tmp_path: Path):
    operator["SEMAFORO_DATA_DIR"] = str(tmp_path / "no database yet")

    made = await semaforo(*ADA, "--course", "c1", "--title", "C 1", env=operator)
    again = await semaforo("user", "link", "ADA@example.org", env=operator)

    for code, out, errors in (made, again):
        assert code == 0
        assert errors == f"Database: {operator['SEMAFORO_DATA_DIR']}/semaforo.db\n"
        assert out.startswith("https://s.example/sign-in/")
    assert made[1] != again[1]


async def test_a_forgotten_password_is_deleted_with_a_link(operator: dict[str, str]):
    await semaforo(*ADA, env=operator)

    code, out, _ = await semaforo(
        "user", "link", "ada@example.org", "--forget-password", env=operator
    )

    assert code == 0
    assert out.startswith("https://s.example/sign-in/")


async def test_an_administrator_is_appointed_and_the_last_one_stays(operator: dict[str, str]):
    boss = ("user", "add", "boss@example.org", "--name", "Boss", "--administrator")
    made = await semaforo(*boss, env=operator)
    await semaforo(*ADA, env=operator)
    change = ("user", "administrator", "ada@example.org")

    appointed = await semaforo(*change, env=operator)
    dismissed = await semaforo(*change, "--remove", env=operator)
    refused = await semaforo("user", "administrator", "boss@example.org", "--remove", env=operator)

    assert made[1].startswith("https://s.example/")
    assert (appointed[0], dismissed[0], refused[0]) == (0, 0, 1)
    assert "at least one administrator" in refused[2]


async def test_exercises_are_assigned_to_a_course_once(operator: dict[str, str]):
    await semaforo(*ADA, "--course", "c1", "--title", "C 1", env=operator)

    one = await semaforo("course", "assign", "c1", "gather", env=operator)
    everything = await semaforo("course", "assign", "c1", env=operator)
    nothing = await semaforo("course", "assign", "c2", env=operator)
    unknown = await semaforo("course", "assign", "c1", "no-such", env=operator)

    assert one[:2] == (0, "New assignments: 1 of 1 exercises.\n")
    assigned, total = map(int, re.findall(r"\d+", everything[1]))
    assert assigned == total - 1 > 20
    assert (nothing[0], unknown[0]) == (1, 1)
    assert "no course “c2”" in nothing[2]
    assert "no exercise “no-such”. Available: api-externa, archivos," in unknown[2]


async def test_an_archived_course_gets_no_accounts_and_no_exercises(operator: dict[str, str]):
    await semaforo(*ADA, "--course", "c1", "--title", "C 1", env=operator)
    await semaforo("course", "archive", "c1", env=operator)
    bo = ("user", "add", "bo@example.org", "--name", "Bo", "--course", "c1")

    added = await semaforo(*bo, env=operator)
    assigned = await semaforo("course", "assign", "c1", "gather", env=operator)
    unknown = await semaforo("user", "link", "bo@example.org", env=operator)

    for code, out, errors in (added, assigned):
        assert (code, out) == (1, "")
        assert "archived" in errors
    assert unknown[0] == 1


async def test_a_token_is_issued_listed_and_revoked(operator: dict[str, str]):
    await semaforo(*ADA, env=operator)

    _, secret, _ = await semaforo("token", "issue", "ada@example.org", "--name", "CI", env=operator)
    _, listed, _ = await semaforo("token", "list", "ada@example.org", env=operator)
    token_id = listed.split()[0]
    code, _, _ = await semaforo("token", "revoke", "ada@example.org", token_id, env=operator)
    _, left, _ = await semaforo("token", "list", "ada@example.org", env=operator)

    assert secret.startswith("sem_")
    assert secret.strip()[-4:] in listed
    assert secret.strip() not in listed
    assert code == 0
    assert "no tokens" in left


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("user", "link", "nobody@example.org"), "no account"),
        ((*ADA, "--course", "none"), "no course"),
        ((*ADA, "--data-dir", "/proc/none"), "cannot be used"),
        (("user", "add", "not an address", "--name", "X"), "address"),
    ],
)
async def test_an_error_is_one_sentence_after_the_name_of_the_database(
    operator: dict[str, str], arguments: tuple[str, ...], words: str
):
    code, out, errors = await semaforo(*arguments, env=operator)

    assert (code, out) == (1, "")
    assert words in errors
    assert errors.count("\n") == 2


async def test_the_database_is_named_without_its_password(operator: dict[str, str]):
    url = "postgresql://ada:hunter2@127.0.0.1:9/semaforo"

    code, _, errors = await semaforo(*ADA, env={**operator, "SEMAFORO_DATABASE_URL": url})

    assert code == 1
    assert "cannot be used" in errors.splitlines()[1]
    assert "127.0.0.1:9/semaforo" in errors.splitlines()[0]
    assert "hunter2" not in errors.splitlines()[0]


async def test_a_refused_account_leaves_nothing_behind(operator: dict[str, str]):
    await semaforo(*ADA, "--course", "none", env=operator)

    code, _, _ = await semaforo("user", "link", "ada@example.org", env=operator)

    assert code == 1


async def test_doctor_reports_the_protections_that_hold():
    code, out, _ = await semaforo("doctor")

    assert code == 0, out
    assert "sandbox" in out
    assert "The sandbox works" in out


async def test_doctor_exits_with_1_if_an_essential_protection_is_missing(tmp_path: Path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    code, out, _ = await semaforo("doctor", env=environment(PATH=f"{tmp_path}:/usr/bin:/bin"))

    assert code == 1
    assert "✗ sandbox" in out


async def test_everything_about_a_person_is_written_to_a_new_file(
    operator: dict[str, str], tmp_path: Path
):
    await semaforo(*ADA, env=operator)
    path = tmp_path / "ada.zip"
    export = ("user", "export", "ada@example.org", "-o", str(path))

    written = await semaforo(*export, env=operator)
    again = await semaforo(*export, "--language", "es", env=operator)
    nowhere = await semaforo(*export[:-1], str(tmp_path / "no" / "ada.zip"), env=operator)

    assert written[0] == 0
    assert written[1] == f"{path}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as file:
        assert "Ada Byron" in file.read("account.json").decode()
    assert (again[0], nowhere[0]) == (1, 1)
    assert f"{path} ya existe" in again[2]
    assert "it does not exist" in nowhere[2]


async def test_an_export_that_is_cut_short_leaves_no_file(operator: dict[str, str], tmp_path: Path):
    unknown = await semaforo(
        *("user", "export", "nobody@example.org", "-o", str(tmp_path / "nobody.zip")), env=operator
    )

    assert unknown[0] == 1
    assert _names(tmp_path, "nobody") == []


def _names(folder: Path, part: str) -> list[str]:
    return [path.name for path in folder.iterdir() if part in path.name]


async def test_a_person_is_deleted_only_with_yes(operator: dict[str, str]):
    await semaforo(*ADA, env=operator)
    delete = ("user", "delete", "ada@example.org")

    would = await semaforo(*delete, env=operator)
    done = await semaforo(*delete, "--yes", "--remove-files", env=operator)
    again = await semaforo(*delete, "--yes", env=operator)

    assert would[0] == 0
    assert "--yes" in would[1]
    assert done[0] == 0
    assert done[1].splitlines()[1:4] == would[1].splitlines()[1:4]
    assert "cannot be graded again" in done[1]
    assert again[0] != 0
    assert "ada@example.org" in again[2]


async def test_retention_is_shown_first_and_off_until_it_is_set(operator: dict[str, str]):
    await semaforo(*ADA, env=operator)

    off = await semaforo("retention", env=operator)
    would = await semaforo("retention", env={**operator, "SEMAFORO_KEEP_LOG_DAYS": "30"})
    done = await semaforo("retention", "--yes", env={**operator, "SEMAFORO_KEEP_NEWS_DAYS": "1"})

    assert (off[0], would[0], done[0]) == (0, 0, 0)
    assert len(off[1].splitlines()) == 1
    assert "--yes" in would[1]
    assert done[1].splitlines()[0] == "Removed:"
