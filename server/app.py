"""The web application: building it, and opening and closing its resources."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from graders.catalogue.environments import Environments
from graders.catalogue.exercises import LiveCatalogue
from server import api, pages, refusals
from server.actions.retention import Policy
from server.auth.anonymous import AnonymousLimit
from server.auth.cookie import cookie_name
from server.auth.cross_site import CrossSiteProtection
from server.auth.expiry import deleting_expired
from server.exercise_git import ExerciseGit
from server.exercise_store import ExerciseStore
from server.health.figures import Figures
from server.health.metrics import ServerMetrics
from server.health.readiness import Readiness
from server.http.body_limit import BodyLimit
from server.http.head_requests import HeadRequests
from server.http.headers import SecurityHeaders
from server.http.json_text import JsonText
from server.http.openapi import describe_api
from server.http.rates import Rates
from server.http.request_log import RequestLog
from server.http.static_files import STATIC, StampedFiles
from server.manual import Manual
from server.messaging.jobs import open_queue
from server.messaging.subscriptions import open_subscriptions
from server.openid.attempt import CALLBACK
from server.password_pool import PasswordPool
from server.periodic_news import Watch, periodic_news_task
from server.retention import applying_retention
from server.settings import Settings
from server.storage.database import Database

if TYPE_CHECKING:
    from server.openid.provider import Provider

API_VERSION: Final = "1"
_FIRST_LOOK_SECONDS: Final = 2.0
_DOCS: Final = "/docs"
_SWAGGER: Final = "/swagger"


def create_app(settings: Settings) -> FastAPI:
    """Build the application; nothing is opened before its lifespan begins."""
    app = FastAPI(
        title="Semáforo",
        summary="Autograding for classes on asynchronous Python.",
        version=API_VERSION,
        lifespan=_lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # it would load Swagger UI from a CDN; ours is served locally
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        # Starlette would redirect to the host of the Host header; see `refusals`.
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.catalogue = app.state.followed_catalogue = _live_catalogue(settings)
    app.state.manual = Manual.read(settings.manual_dir)
    app.state.noted_tokens = {}
    app.state.live_pages = Counter()
    app.state.metrics = ServerMetrics()
    # Set on shutdown: streams and waiting requests end then.
    app.state.closing = asyncio.Event()
    # `include_router` would make every route a second time at the first request (0.4 s).
    for router in (*api.ROUTERS, *pages.ROUTERS):
        app.router.routes.extend(router.routes)
    refusals.register(app)
    describe_api(app, login_cookie=cookie_name(settings))
    app.mount("/static", StampedFiles(directory=STATIC), name="static")
    _serve_documentation(app)
    # The last one added is the outermost. HEAD tells the length of what GET sends: compressed.
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(HeadRequests)
    app.add_middleware(JsonText)
    app.add_middleware(AnonymousLimit, settings=settings, refuse=refusals.answer)
    app.add_middleware(BodyLimit, max_bytes=settings.max_upload_bytes)
    app.add_middleware(CrossSiteProtection, public_url=settings.public_url, refuse=refusals.answer)
    app.add_middleware(SecurityHeaders, docs=_DOCS)
    app.add_middleware(RequestLog, metrics=app.state.metrics)
    # Not uvicorn's own setting, which tests without a server would not use.
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    return app


def _live_catalogue(settings: Settings) -> LiveCatalogue:
    environments = Environments(settings.data_dir, settings.pythons)
    return LiveCatalogue(*settings.exercises_dirs, environments=environments)


def _serve_documentation(app: FastAPI) -> None:
    """Serve Swagger UI from the files that the package fastapi-swagger brings.

    Its own routes build URLs from the Host header, and use a deprecated call.
    """
    app.mount(_SWAGGER, StaticFiles(packages=[("fastapi_swagger", "resources")]), name="swagger")
    shown = get_swagger_ui_html(
        openapi_url=str(app.openapi_url),
        title=app.title,
        swagger_js_url=f"{_SWAGGER}/swagger-ui-bundle.js",
        swagger_css_url=f"{_SWAGGER}/swagger-ui.css",
        swagger_favicon_url=f"{_SWAGGER}/favicon-32x32.png",
    )

    @app.get(_DOCS, include_in_schema=False)
    async def show_documentation() -> HTMLResponse:
        return shown


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    app.state.database = Database(settings.database_url)
    app.state.queue = open_queue(settings.redis_url)
    app.state.readiness = Readiness(app.state.database, app.state.queue)
    app.state.rates, app.state.passwords = Rates(app.state.queue), PasswordPool()
    app.state.provider = _open_provider(settings)
    app.state.added = ExerciseStore(
        app.state.database, app.state.followed_catalogue, settings.data_dir
    )
    app.state.git = ExerciseGit()
    app.state.figures = Figures(app.state.database, app.state.queue, app.state.readiness)
    try:
        async with (
            deleting_expired(app.state.database),
            periodic_news_task(_watch(app)),
            applying_retention(app.state.database, Policy.of(settings)),
            open_subscriptions(
                app.state.queue, app.state.database, app.state.closing
            ) as app.state.subscriptions,
        ):
            # Or the first requests would not know exercises that students have.
            with suppress(Exception):
                async with asyncio.timeout(_FIRST_LOOK_SECONDS):
                    await app.state.added.refresh()
            async with app.state.added.refreshing():
                yield
    finally:
        if app.state.provider is not None:
            await app.state.provider.close()
        await app.state.figures.close()
        await app.state.readiness.close()
        app.state.passwords.close()
        await app.state.queue.aclose()
        await app.state.database.close()


def _watch(app: FastAPI) -> Watch:
    settings: Settings = app.state.settings
    state = app.state
    return Watch(state.database, state.catalogue, state.readiness, settings.low_disk_mb)


def _open_provider(settings: Settings) -> "Provider | None":
    """Return the OpenID Connect provider, if there is one; it is asked nothing yet."""
    if not settings.oidc_issuer:
        return None
    from server.openid.provider import Provider  # slow to load

    return Provider(settings, settings.public_url + CALLBACK)
