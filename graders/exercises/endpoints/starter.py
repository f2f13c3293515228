from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    """Devuelve una aplicación con /async, /sync y /reporte."""
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        # Responde lo que conteste consultar(), que es una corrutina.
        return {"mensaje": "pendiente"}

    # Faltan /sync y /reporte. ¿Llevan los dos async def?

    return app
