"""`semaforo course` and `semaforo roster`, as an operator types them."""

from pathlib import Path

from tests.journeys.conftest import semaforo

LIST = (
    "nombre;apellidos;correo;id;grupo\nZoe;Ábalos;z@example.org;2;B\nInés;Vega;i@example.org;1;\n"
)


async def test_a_list_is_shown_first_and_then_applied(
    operator: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "lista.csv"
    file.write_text(LIST, "cp1252")
    await semaforo("course", "add", "c1", "--title", "C 1", env=operator)

    shown = await semaforo("roster", "import", "c1", str(file), env=operator)
    empty = await semaforo("roster", "list", "c1", env=operator)
    applied = await semaforo("roster", "import", "c1", str(file), "--apply", env=operator)
    listed = await semaforo("roster", "list", "c1", env=operator)

    assert (shown[0], shown[1].strip(), len(empty[1].splitlines())) == (0, "", 1)
    assert "2 new, 0 with an account" in shown[2]
    assert shown[2].endswith("Nothing has changed yet. To add them: --apply.\n")
    assert "Nothing has changed yet" not in applied[2]
    links = [line.split("\t") for line in applied[1].splitlines()]
    assert [email for email, _ in links] == ["z@example.org", "i@example.org"]
    assert all(link.startswith("https://s.example/password/") for _, link in links)
    assert [line.split() for line in listed[1].splitlines()] == [
        ["role", "group", "number", "e-mail", "name"],
        ["student", "B", "2", "z@example.org", "Ábalos,", "Zoe"],
        ["student", "1", "i@example.org", "Vega,", "Inés"],
    ]


async def test_an_account_is_sent_its_link_and_a_wrong_address_corrected(
    operator: dict[str, str],
) -> None:
    await semaforo("course", "add", "c1", "--title", "C 1", env=operator)
    ada = ("user", "add", "aad@example.org", "--name", "Ada", "--course", "c1", "--send")

    refused = await semaforo(*ada, env=operator)
    operator |= {"SEMAFORO_SMTP_HOST": "127.0.0.1", "SEMAFORO_SMTP_SENDER": "s@example.org"}
    sent = await semaforo(*ada, env=operator)
    corrected = await semaforo("user", "email", "aad@example.org", "ada@example.org", env=operator)
    listed = await semaforo("roster", "list", "c1", "--csv", env=operator)
    none = await semaforo("roster", "list", "c1", "--csv", "--undelivered", env=operator)

    assert (refused[0], sent[:2], corrected[0]) == (1, (0, "aad@example.org\n"), 0)
    assert "This server sends no e-mail." in refused[2]
    assert listed[1].splitlines()[1:] == ["student,,,ada@example.org,Ada"]
    assert none[1] == "role,group,number,e-mail,name,why e-mail has not arrived\n"


async def test_a_course_is_copied_opened_and_archived(operator: dict[str, str]) -> None:
    await semaforo(*("course", "add", "c1", "--title", "C 1", "--timezone", "UTC"), env=operator)
    await semaforo("course", "assign", "c1", "gather", env=operator)

    copied = await semaforo(*("course", "copy", "c1", "c2", "--title", "C 2"), env=operator)
    opened = await semaforo(
        *("course", "join", "c2", "domains", "--domain", "uni.example.org"), env=operator
    )
    archived = await semaforo("course", "archive", "c1", env=operator)
    unknown = await semaforo("course", "archive", "c9", env=operator)
    nowhere = await semaforo(
        *("course", "add", "c3", "--title", "C", "--timezone", "Mordor"), env=operator
    )

    assert copied[:2] == (0, "c2\n")
    assert opened[1].startswith("https://s.example/join/")
    assert (archived[0], unknown[0], nowhere[0]) == (0, 1, 1)
    assert "no course “c9”" in unknown[2]
    assert "“Mordor” is no time zone" in nowhere[2]
