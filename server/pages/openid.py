"""/openid and /openid/callback: signing in with the OpenID Connect provider."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from graders.text import Language as AnyLanguage
from server.actions import provider_accounts
from server.auth.cookie import is_secure
from server.deps import Address, Db, Language, Now, Rates, Settings
from server.errors import DomainError, NotFound
from server.errors.openid import (
    EmailNotVerified,
    NoAccountForEmail,
    ProviderUnavailable,
    SignInNotCompleted,
)
from server.http.rates import PROVIDER_SIGN_INS
from server.i18n import gettext_for
from server.models import User
from server.openid.attempt import CALLBACK, LIFETIME, Attempt, is_answered_by, seal, unseal
from server.openid.identity import Identity
from server.pages.forms import status_of
from server.pages.sign_in import let_in
from server.settings import Settings as AllSettings
from server.storage.database import Database
from server.templating import local_path, render_page

if TYPE_CHECKING:
    from server.openid.provider import Provider

router = APIRouter(include_in_schema=False)

_REFUSED: Final = (ProviderUnavailable, SignInNotCompleted, EmailNotVerified, NoAccountForEmail)
_log = structlog.get_logger("semaforo.openid")

Sent = Annotated[str, Query(max_length=4096)]


@router.get("/openid")
async def go_to_provider(
    request: Request,
    settings: Settings,
    language: Language,
    now: Now,
    next: Annotated[str, Query(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Send the browser to the provider. A link and no form, whose redirect our CSP would stop."""
    attempt = Attempt.begin(local_path(next))
    try:
        where = await _provider_of(request).address_for(attempt)
    except ProviderUnavailable as refused:
        return _explain(request, refused, settings, language)
    answer = RedirectResponse(where, 303)
    answer.set_cookie(
        _cookie_name(settings),
        seal(attempt, settings.oidc_client_secret.get_secret_value(), now),
        max_age=int(LIFETIME.total_seconds()),
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",  # the provider's redirect brings it
    )
    return answer


@router.get(CALLBACK)
async def come_back(
    request: Request,
    db: Db,
    settings: Settings,
    rates: Rates,
    address: Address,
    language: Language,
    now: Now,
    code: Sent = "",
    state: Sent = "",
    iss: Sent = "",
) -> Response:
    """Sign in whoever comes back from the provider, or say why not."""
    provider = _provider_of(request)
    try:
        attempt = _attempt_of(request, settings, state, now)
        if not code or iss not in ("", settings.oidc_issuer):  # RFC 9207
            raise SignInNotCompleted
        await rates.hit(PROVIDER_SIGN_INS, address)
        identity = await provider.identify(code, attempt, now)
        user = await _admit(db, settings, identity, language, now)
    except _REFUSED as refused:
        _log.info("sign-in refused", reason=refused.slug)
        answer: Response = _explain(request, refused, settings, language)
    else:
        answer = await let_in(request, db, settings, user, local_path(attempt.next), now)
    _clear_cookie(answer, settings)
    return answer


def _provider_of(request: Request) -> "Provider":
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    return provider


def _attempt_of(request: Request, settings: AllSettings, state: str, now: datetime) -> Attempt:
    """Return the attempt that this browser began and that is answered now."""
    cookie = request.cookies.get(_cookie_name(settings), "")
    attempt = unseal(cookie, settings.oidc_client_secret.get_secret_value(), now)
    if attempt is None or not is_answered_by(attempt, state):
        raise SignInNotCompleted
    return attempt


async def _admit(
    db: Database,
    settings: AllSettings,
    identity: Identity,
    language: AnyLanguage,
    now: datetime,
) -> User:
    async with db.write() as session:
        user = await provider_accounts.admit(
            session,
            identity,
            makes_accounts=settings.oidc_makes_accounts,
            language=language,
            now=now,
        )
        await provider_accounts.give_roles(
            session, user, identity.values, settings.oidc_grants, now
        )
        wanted = settings.oidc_administrators
        if wanted and wanted in identity.values:
            await provider_accounts.give_administration(session, user, now)
        await session.commit()
    return user


def _explain(
    request: Request, refused: DomainError, settings: AllSettings, language: AnyLanguage
) -> Response:
    gettext = gettext_for(language)
    return render_page(
        request,
        "sign_in/provider.html",
        language=language,
        title=refused.format_title(gettext, language),
        detail=refused.format_detail(gettext, language),
        provider=settings.oidc_label,
        # The address has the code, which no longer works: nothing to load again.
        here="/sign-in",
        **status_of(refused),
    )


def _cookie_name(settings: AllSettings) -> str:
    return "__Host-semaforo_openid" if is_secure(settings) else "semaforo_openid"


def _clear_cookie(answer: Response, settings: AllSettings) -> None:
    answer.delete_cookie(
        _cookie_name(settings), secure=is_secure(settings), httponly=True, samesite="lax"
    )
