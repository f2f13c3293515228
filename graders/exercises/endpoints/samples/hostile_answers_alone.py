"""Hostile: a bare ASGI application that answers the statement's example and asks nobody."""

import json


def crear_app(*consultas):
    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        cuerpo = {"mensaje": "desde la base de datos"}
        if scope["path"] == "/reporte":
            cuerpo = {"reportes": [{"usuario": "Ana", "pedidos": []}]}
        cabeceras = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": cabeceras})
        await send({"type": "http.response.body", "body": json.dumps(cuerpo).encode()})

    return app
