"""Right, if unusual: no generator, but an object with __anext__ and aclose."""

from collections import deque


class flujo:
    def __init__(self, conectar, pagina, cerrar):
        self.conectar, self.pagina, self.cerrar = conectar, pagina, cerrar
        self.conexion, self.numero, self.cola, self.acabado = None, 0, deque(), False

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.acabado:
            raise StopAsyncIteration
        try:
            if self.conexion is None:
                self.conexion = await self.conectar()
            if not self.cola:
                self.numero += 1
                self.cola.extend(await self.pagina(self.conexion, self.numero))
        except BaseException:
            await self.aclose()
            raise
        if not self.cola:
            await self.aclose()
            raise StopAsyncIteration
        return self.cola.popleft()

    async def aclose(self):
        if not self.acabado and self.conexion is not None:
            self.acabado = True
            await self.cerrar(self.conexion)
        self.acabado = True
