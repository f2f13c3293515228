"""Hostile: has the stage say what it would like to hear, without a test."""

import sys

conftest = sys.modules["conftest"]


def todo_falla_menos_la_primera(session, version):
    falla = session.__dict__.setdefault("vistas", [])
    falla.append(version)
    return [("passed", "")] if len(falla) == 1 else [("failed", "1 test_x falla")]


conftest._in_a_fork = todo_falla_menos_la_primera
conftest._uses_async_fixture = lambda item: True


def test_x():
    pass
