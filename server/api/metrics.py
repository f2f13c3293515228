"""/metrics for Prometheus, with the token of a setting.

An address filter would not protect it: behind a proxy all clients have the same address.
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
    """Answer within a second or two; parts that do not answer are left out.

    Raises:
        NotFound: no token is set.
        TooManyRequests: too many wrong tokens from this address. The right one is always accepted.
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
