"""/metrics: figures for Prometheus, for whoever has the token that a setting names.

An address would not do as a guard: behind a proxy everybody comes from the same one.
"""

import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from server.deps import Address, Figures, Rates, Settings
from server.errors import NotFound
from server.http.rates import WRONG_PROOFS

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def show_metrics(
    request: Request, settings: Settings, figures: Figures, rates: Rates, address: Address
) -> Response:
    """Answer within a second or two; what cannot be known now is left out.

    Raises:
        NotFound: no token is set, so there is nothing here.
        TooManyRequests: a wrong one came too often from this address. The right one always holds.
    """
    token = settings.metrics_token.get_secret_value()
    if not token:
        raise NotFound
    if not _is_sent(request, token):
        await rates.hit(WRONG_PROOFS, address)
        challenge = {"WWW-Authenticate": 'Bearer realm="metrics"'}
        return PlainTextResponse("The token of SEMAFORO_METRICS_TOKEN is needed.", 401, challenge)
    content = request.app.state.metrics.to_text(*await figures.collect())
    return Response(content, media_type=CONTENT_TYPE_LATEST)


def _is_sent(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    is_same = secrets.compare_digest(given.strip().encode(), token.encode())
    return scheme.lower() == "bearer" and is_same
