"""Database outages: the one place that decides which errors are outages.

`watched` engines raise `DatabaseOutage` for all of them, whatever the driver raised. The web edge
answers it with 503 and `Retry-After`; a worker tries again. Other errors, such as a wrong
statement, are bugs and stay unchanged.
"""

from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# To get a connection: from the pool, by testing an old one, or by making a new one.
CONNECT_SECONDS: Final = 2.0

# Primary result codes, https://www.sqlite.org/rescode.html: perm, busy, locked, nomem, readonly,
# ioerr, corrupt, full, cantopen, protocol, notadb; and 1, which is a table that is not there yet.
_SQLITE_READONLY: Final = 8
_SQLITE: Final = frozenset({1, 3, 5, 6, 7, _SQLITE_READONLY, 10, 11, 13, 14, 15, 26})
# Beginnings of SQLSTATE, PostgreSQL's appendix A: connection, credentials, no such database, a
# deadlock (one of two is rolled back), resources (disk full, too many connections), a statement or
# lock that took too long, an operator (shutting down, starting up), the system's own errors, a
# table that is not there yet.
_POSTGRESQL: Final = ("08", "28", "3D", "40", "53", "55P03", "57", "58", "42P01")
_POSTGRESQL_READONLY: Final = "25006"  # a standby, or a disk that was made read-only


class DatabaseOutage(OperationalError):
    """The database cannot be reached, read or written at the moment; a retry may succeed."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(None, None, error)


def is_outage(error: BaseException, *, reads_only: bool = False) -> bool:
    """Whether an error means that the database is away, not that a statement is wrong.

    reads_only  Whether the session may not write: then "read-only" is no outage.
    """
    if isinstance(error, OSError | PoolTimeout | DatabaseOutage):  # TimeoutError is an OSError
        return True
    if (code := getattr(error, "sqlite_errorcode", None)) is not None:
        primary = code & 0xFF
        return primary in _SQLITE and not (reads_only and primary == _SQLITE_READONLY)
    if state := getattr(error, "sqlstate", None):
        return state.startswith(_POSTGRESQL) or (state == _POSTGRESQL_READONLY and not reads_only)
    # The driver's own errors: a closed connection. Values that it cannot encode are ValueErrors
    # too.
    is_drivers = type(error).__name__ in ("InterfaceError", "InternalClientError")
    return is_drivers and not isinstance(error.__cause__, ValueError)


def watched(engine: Engine, *, reads_only: bool = False) -> None:
    """Let an engine raise `DatabaseOutage` for every error that is an outage."""

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> BaseException | None:
        error = context.original_exception
        reads = reads_only or _may_not_write(context)
        if not is_outage(error, reads_only=reads):
            return None
        if isinstance(error, TimeoutError):
            # A late answer would be taken for that of the next statement.
            context.is_disconnect = True
            _cut(context)
        return DatabaseOutage(error)


def _may_not_write(context: ExceptionContext) -> bool:
    connection = context.connection
    options: dict[str, Any] = dict(connection.get_execution_options()) if connection else {}
    return bool(options.get("postgresql_readonly"))


def _cut(context: ExceptionContext) -> None:
    """Terminate the driver's connection; closing it properly takes two seconds if it is silent."""
    connection = context.connection
    if connection is not None and not connection.invalidated:
        driver: Any = connection.connection.driver_connection
        driver.terminate()
