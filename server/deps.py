"""Dependencies of routes: everything that a route uses beside its request.

Sessions end when the route's function returns, before the response is sent. A route that waits or
streams takes `Db` instead and opens short sessions: no connection is held while it waits.

Trivial dependencies are async too: FastAPI runs plain functions in a thread, and six of those cost
a millisecond per request.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, cast

from arq.connections import ArqRedis
from fastapi import Depends, Request
from pydantic import AwareDatetime, BeforeValidator
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue as _Catalogue
from graders.text import Language as _Language
from server import auth
from server.access import Viewer as _Viewer
from server.auth.view_as import require_allowed
from server.errors import NotSignedIn
from server.exercise_git import ExerciseGit as _ExerciseGit
from server.health.figures import Figures as _Figures
from server.health.readiness import Readiness as _Readiness
from server.http.addresses import address_of
from server.http.rates import WRONG_PROOFS, anonymous_rate, submission_rate
from server.http.rates import Rates as _Rates
from server.i18n import LANGUAGE_COOKIE, best_language
from server.intake import SubmissionIntake
from server.messaging.subscriptions import RunSubscriptions as _RunSubscriptions
from server.password_pool import PasswordPool as _PasswordPool
from server.playground import Playground as _Playground
from server.settings import Settings as _Settings
from server.storage.database import Database


async def current_time() -> datetime:
    """Return the time of the request; the one place of the server that reads the clock."""
    return datetime.now(UTC)


async def database_of(request: Request) -> Database:
    """Return the application's database."""
    return cast(Database, request.app.state.database)


async def queue_of(request: Request) -> ArqRedis:
    """Return the application's queue."""
    return cast(ArqRedis, request.app.state.queue)


async def settings_of(request: Request) -> _Settings:
    """Return the application's settings."""
    return cast(_Settings, request.app.state.settings)


def catalogue_of(request: Request) -> _Catalogue:
    """Return the exercises as they are on disk now: one snapshot for the whole request.

    Not async: it may have to read the disk, and a plain function runs in a thread.
    """
    return cast(_Catalogue, request.app.state.catalogue).now()


async def intake_of(
    database: "Db", queue: "Queue", settings: "Settings", catalogue: "Catalogue"
) -> SubmissionIntake:
    """Return the submission intake, with the exercises as they are on disk now."""
    return SubmissionIntake(catalogue, database, queue, settings)


async def subscriptions_of(request: Request) -> _RunSubscriptions:
    """Return the run subscriptions of this process."""
    return cast(_RunSubscriptions, request.app.state.subscriptions)


async def readiness_of(request: Request) -> _Readiness:
    """Return the readiness checks."""
    return cast(_Readiness, request.app.state.readiness)


async def rates_of(request: Request) -> _Rates:
    """Return the rate limits."""
    return cast(_Rates, request.app.state.rates)


async def playground_of(queue: "Queue", rates: "Rates", settings: "Settings") -> _Playground:
    """Return the playground."""
    return _Playground(queue, rates, settings)


async def passwords_of(request: Request) -> _PasswordPool:
    """Return the thread pool for passwords."""
    return cast(_PasswordPool, request.app.state.passwords)


async def git_of(request: Request) -> _ExerciseGit:
    """Return what pulls exercises from git."""
    return cast(_ExerciseGit, request.app.state.git)


async def _address(request: Request) -> str:
    return address_of(request)


async def figures_of(request: Request) -> _Figures:
    """Return the collector of `/metrics`."""
    return cast(_Figures, request.app.state.figures)


async def find_viewer(request: Request) -> _Viewer | None:
    """Return the viewer of the request; None without credentials, or with an expired login.

    Raises:
        NotSignedIn: the token is not valid.
        TooManyRequests: too many invalid tokens or expired logins from this address.
    """
    # Cached, because error pages call this too, without dependency injection.
    if not hasattr(request.state, "viewer"):
        request.state.viewer = None
        request.state.viewer = viewer = await _proven_viewer(request)
        if viewer is not None:
            require_allowed(request, viewer)
    return cast(_Viewer | None, request.state.viewer)


async def _proven_viewer(request: Request) -> _Viewer | None:
    """Authenticate the request, and count invalid credentials for its address."""
    settings, rates = await settings_of(request), await rates_of(request)
    try:
        viewer = await auth.find_viewer(
            request, await database_of(request), settings, await current_time()
        )
    except NotSignedIn:
        await rates.hit(WRONG_PROOFS, address_of(request))
        raise
    if viewer is None and auth.has_login(request, settings):
        await rates.hit(anonymous_rate(settings), address_of(request))
    return viewer


async def require_viewer(viewer: "MaybeViewer") -> _Viewer:
    """Return the viewer of the request.

    Raises:
        NotSignedIn: there is none; 401 in the API, a redirect to /sign-in on a page.
    """
    if viewer is None:
        raise NotSignedIn
    return viewer


async def count_submission(viewer: "CurrentViewer", rates: "Rates", settings: "Settings") -> None:
    """Count a submission of the viewer, before its body is read.

    Raises:
        TooManySubmissions: the limit is reached.
    """
    await rates.hit(submission_rate(settings), str(viewer.user.id))


def language_of(request: Request) -> _Language:
    """Return the language of the response.

    For programs, Accept-Language has priority. Browsers always send that header, so for them a
    language that the viewer chose has priority; the one that an account was made with is the last.
    """
    state = request.app.state
    viewer = getattr(request.state, "viewer", None)
    header = request.headers.get("accept-language")
    preferred = viewer.user.language if viewer is not None else state.settings.default_language
    if auth.is_program(request):
        return best_language(None, None, header, preferred)
    has_chosen = viewer is not None and viewer.user.has_chosen_language
    cookie = request.cookies.get(LANGUAGE_COOKIE)
    return best_language(preferred if has_chosen else None, cookie, header, preferred)


async def _language(request: Request, _viewer: "MaybeViewer") -> _Language:
    return language_of(request)


async def _read(database: "Db") -> AsyncIterator[AsyncSession]:
    async with database.read() as session:
        yield session


async def _write(database: "Db") -> AsyncIterator[AsyncSession]:
    async with database.write() as session:
        yield session


def _iso_only(value: object) -> object:
    # Pydantic would take a bare number for seconds since 1970.
    is_number = isinstance(value, str) and value.replace(".", "", 1).lstrip("+-").isdigit()
    if is_number or isinstance(value, int | float):
        raise ValueError("a moment is written as 2026-11-28T10:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_iso_only)]
Db = Annotated[Database, Depends(database_of)]
Queue = Annotated[ArqRedis, Depends(queue_of)]
Settings = Annotated[_Settings, Depends(settings_of)]
Catalogue = Annotated[_Catalogue, Depends(catalogue_of)]
Now = Annotated[datetime, Depends(current_time)]
Rates = Annotated[_Rates, Depends(rates_of)]
Playground = Annotated[_Playground, Depends(playground_of)]
Passwords = Annotated[_PasswordPool, Depends(passwords_of)]
ExerciseGit = Annotated[_ExerciseGit, Depends(git_of)]
Address = Annotated[str, Depends(_address)]
RunSubscriptions = Annotated[_RunSubscriptions, Depends(subscriptions_of)]
Intake = Annotated[SubmissionIntake, Depends(intake_of)]
Figures = Annotated[_Figures, Depends(figures_of)]
Ready = Annotated[_Readiness, Depends(readiness_of)]
MaybeViewer = Annotated[_Viewer | None, Depends(find_viewer)]
CurrentViewer = Annotated[_Viewer, Depends(require_viewer)]
Language = Annotated[_Language, Depends(_language)]
ReadSession = Annotated[AsyncSession, Depends(_read, scope="function")]
WriteSession = Annotated[AsyncSession, Depends(_write, scope="function")]
