"""What the students' tests are tried on: right versions of `traer_pedidos`, and broken ones.

`test_pruebas.py` hands each over as a module of its own, without its name and docstring. A right
version keeps every promise of the statement; each of the others breaks one, always in the same
way: nothing depends on the order of sets or on a clock.
"""

import asyncio
import contextlib
import time
from typing import Any


async def right_group(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Right, with a TaskGroup."""
    sesion = await abrir_sesion()

    async def pedir(usuario_id: Any) -> Any:
        return await sesion.pedidos(usuario_id)

    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite), asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(pedir(usuario_id)) for usuario_id in ids]
        return [tarea.result() for tarea in tareas]
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None
    finally:
        await sesion.cerrar()


async def right_gather(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Right, with gather and wait_for; its pause is a wait that nothing but time ends."""
    sesion, tareas = await abrir_sesion(), []
    try:
        if pausa:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pausa):
                    await asyncio.Event().wait()
        tareas = [asyncio.ensure_future(sesion.pedidos(usuario_id)) for usuario_id in ids]
        return await asyncio.wait_for(asyncio.gather(*tareas), limite)
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
        await sesion.cerrar()


async def right_wait(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Right, with asyncio.wait."""
    sesion, tareas = await abrir_sesion(), []
    try:
        if pausa:
            await asyncio.sleep(pausa)
        tareas = [asyncio.ensure_future(sesion.pedidos(usuario_id)) for usuario_id in ids]
        if not tareas:
            return []
        hechas, faltan = await asyncio.wait(
            tareas, timeout=limite, return_when=asyncio.FIRST_EXCEPTION
        )
        resultados = {tarea: tarea.result() for tarea in tareas if tarea in hechas}
        if faltan:
            raise TimeoutError
        return [resultados[tarea] for tarea in tareas]
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
        await sesion.cerrar()


async def right_completed(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Right, with as_completed."""
    sesion, tareas = await abrir_sesion(), []
    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite):
            tareas = [asyncio.ensure_future(sesion.pedidos(usuario_id)) for usuario_id in ids]
            for primera in asyncio.as_completed(tareas):
                await primera
        return [tarea.result() for tarea in tareas]
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
        await sesion.cerrar()


async def not_awaited(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Returns what gather makes, without awaiting it."""
    sesion = await abrir_sesion()
    try:
        if pausa:
            await asyncio.sleep(pausa)
        return asyncio.gather(*[sesion.pedidos(usuario_id) for usuario_id in ids])
    finally:
        await sesion.cerrar()


async def as_they_come(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Returns the results in the order in which they come."""
    sesion, resultados = await abrir_sesion(), []

    async def pedir(usuario_id: Any) -> None:
        resultados.append(await sesion.pedidos(usuario_id))

    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite), asyncio.TaskGroup() as grupo:
            for usuario_id in ids:
                grupo.create_task(pedir(usuario_id))
        return resultados
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None
    finally:
        await sesion.cerrar()


async def one_by_one(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Awaits each query before it makes the next."""
    sesion = await abrir_sesion()
    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite):
            return [await sesion.pedidos(usuario_id) for usuario_id in ids]
    finally:
        await sesion.cerrar()


async def blocking(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Makes its pause with time.sleep."""
    sesion = await abrir_sesion()
    try:
        if pausa:
            time.sleep(pausa)  # noqa: ASYNC251  the fault to be found
        async with asyncio.timeout(limite), asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(sesion.pedidos(usuario_id)) for usuario_id in ids]
        return [tarea.result() for tarea in tareas]
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None
    finally:
        await sesion.cerrar()


async def no_limit(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Takes no notice of the limit."""
    sesion = await abrir_sesion()
    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(sesion.pedidos(usuario_id)) for usuario_id in ids]
        return [tarea.result() for tarea in tareas]
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None
    finally:
        await sesion.cerrar()


async def quiet_error(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Puts an empty list where a query failed, and tells nobody."""
    sesion = await abrir_sesion()

    async def pedir(usuario_id: Any) -> Any:
        try:
            return await sesion.pedidos(usuario_id)
        except Exception:  # noqa: BLE001  the fault to be found
            return []

    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite), asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(pedir(usuario_id)) for usuario_id in ids]
        return [tarea.result() for tarea in tareas]
    finally:
        await sesion.cerrar()


async def never_closed(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Never closes the session."""
    sesion = await abrir_sesion()
    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite), asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(sesion.pedidos(usuario_id)) for usuario_id in ids]
        return [tarea.result() for tarea in tareas]
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None


async def closed_if_good(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Closes the session only if all went well."""
    sesion = await abrir_sesion()
    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite), asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(sesion.pedidos(usuario_id)) for usuario_id in ids]
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None
    await sesion.cerrar()
    return [tarea.result() for tarea in tareas]


async def uncancelled(abrir_sesion: Any, ids: Any, limite: Any, pausa: Any = 0) -> Any:
    """Returns an empty list when it is cancelled."""
    sesion = await abrir_sesion()
    try:
        if pausa:
            await asyncio.sleep(pausa)
        async with asyncio.timeout(limite), asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(sesion.pedidos(usuario_id)) for usuario_id in ids]
        return [tarea.result() for tarea in tareas]
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None
    except asyncio.CancelledError:
        return []
    finally:
        await sesion.cerrar()
