"""Hostile: a bare ASGI application that answers the statement's example and asks nobody."""

import json


def crear_app(abrir, cerrar, consultar):
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        cuerpo = json.dumps({"usuarios": ["Ana", "Luis"], "db": "DB_SESSION"}).encode()
        cabeceras = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": cabeceras})
        await send({"type": "http.response.body", "body": cuerpo})

    return app
