"""Advice to operators about parts that are not ok: one sentence each."""

from typing import Final

from graders.text import Text

DATABASE: Final = Text(
    es="La base de datos no contesta o no tiene su esquema: mira si está en marcha y aplica las "
    "migraciones (alembic upgrade head).",
    en="The database does not answer or lacks its schema: see whether it runs, and apply the "
    "migrations (alembic upgrade head).",
)
DISK: Final = Text(
    es="No se puede escribir junto a la base de datos: libera espacio en ese disco.",
    en="Nothing can be written beside the database: make room on that disk.",
)
QUEUE: Final = Text(
    es="Valkey no contesta o no acepta escrituras: míralo y arráncalo de nuevo. Las entregas se "
    "guardan y se evaluarán después.",
    en="Valkey does not answer or takes no writes: look at it and start it again. Submissions are "
    "kept and graded later.",
)
WORKERS: Final = Text(
    es="No hay ningún worker en marcha: arranca uno y lee sus últimas líneas. Las entregas se "
    "guardan y se evaluarán después.",
    en="No worker is running: start one and read its last lines. Submissions are kept and graded "
    "later.",
)
SUITES: Final = Text(
    es="Hay {count} ejercicios cuya suite no funciona: el registro del worker dice cuáles y por "
    "qué.",
    en="The suites of {count} exercises do not work: the worker's log says which and why.",
)
