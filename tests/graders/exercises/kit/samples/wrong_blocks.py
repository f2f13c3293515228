import asyncio
import json
import time

LOG = []


class Conexion:
    """A context manager that counts."""

    def __init__(self, nombre, *, abierta=False):
        self.nombre, self.abierta = nombre, abierta

    async def __aenter__(self):
        self.abierta = True
        return self

    async def __aexit__(self, kind, error, trace):
        self.abierta = False

    def estado(self):
        return self.nombre, self.abierta


async def contar(hasta):
    try:
        for number in range(hasta):
            yield number
    finally:
        pass


async def consultar(preguntas, consulta_lenta):
    return [consulta_lenta(p) for p in preguntas]


async def en_un_momento(preguntas, antes=None):
    if antes:
        await asyncio.to_thread(antes)
    vistas = []

    async def una(numero, preguntar):
        await preguntar()
        vistas.append(numero)
        await asyncio.sleep(0)
        vistas.append("después")

    await asyncio.gather(*[una(*par) for par in enumerate(preguntas)])
    return vistas


async def calcular(veces, segundos, antes=None):
    if antes:
        await asyncio.to_thread(antes)
    for _ in range(veces):
        fin = time.thread_time() + segundos
        while time.thread_time() < fin:
            pass
        await asyncio.sleep(0)


async def con_sesion(sesion):
    async with sesion("a") as first, sesion("b") as second:
        return [first, second]


async def dos_primeros(lineas):
    found = []
    lines = lineas("x")
    async for line in lines:
        found.append(line)
        if len(found) == 2:
            break
    await lines.aclose()
    return found


async def deja_en_marcha(consulta):
    async def seguir():
        consulta_en_marcha = asyncio.ensure_future(consulta("tarde"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        print("preguntado", flush=True)
        await consulta_en_marcha

    LOG.append(asyncio.create_task(seguir()))
    return "listo"


def tipos(valor):
    return valor


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        LOG.append("startup")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    if scope["path"] == "/espera":
        LOG.append((await receive())["type"])
        LOG.append((await receive())["type"])
        return
    body = json.dumps([scope["method"], scope["query_string"].decode(), LOG]).encode()
    await send({"type": "http.response.start", "status": 201, "headers": [(b"X-A", b"1")]})
    await send({"type": "http.response.body", "body": body})


def crear_app(consulta):
    async def own(scope, receive, send):
        if scope["type"] != "http":
            raise ValueError("only http")
        body = await consulta(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body.encode()})

    return own


async def con_plazo(consulta, segundos):
    try:
        return await asyncio.wait_for(consulta("x"), segundos)
    except TimeoutError:
        return "tarde"


async def mirando(consulta, pausa):
    pregunta = asyncio.create_task(consulta("x"))
    while not pregunta.done():  # noqa: ASYNC110  that is what is tried
        await asyncio.sleep(pausa)
    return pregunta.result()
