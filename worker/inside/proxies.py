"""Proxies for services, as the student's program holds them; the bodies run on the trusted side.

Every kind calls with the same frames, so that the trusted side sees each call arrive and end: an
asynchronous function, a blocking one, an asynchronous context manager, an asynchronous generator.
`part` names the step of it that is called.
"""

import asyncio
import builtins
import sys
import types
from typing import Any

from .service_client import ServiceClient

# The module that holds proxies by name, so that pickle finds them in a process of a pool.
_MODULE = types.ModuleType("servicios")


def make_proxy(client: ServiceClient, name: str, kind: str) -> Any:
    """Return the proxy of a service of this kind (see `_KINDS`)."""
    service = _KINDS[kind](client, name)
    service.__name__ = service.__qualname__ = name
    service.__module__ = _MODULE.__name__
    sys.modules[_MODULE.__name__] = _MODULE
    setattr(_MODULE, name, service)
    return service


def exit_arguments(error: str, message: str) -> list[Any]:
    """Return what `async with` gives to `__aexit__`: an exception that was raised, or nothing."""
    if not error:
        return [None, None, None]
    kind = getattr(builtins, error, asyncio.CancelledError)
    try:
        raise kind(*[message] * bool(message))
    except BaseException as raised:  # noqa: BLE001  CancelledError is one of those
        return [type(raised), raised, raised.__traceback__]


def _function(client: ServiceClient, name: str) -> Any:
    async def service(*arguments: Any, **named: Any) -> Any:
        return await client.call(name, "", 0, arguments, named)

    return service


def _blocking(client: ServiceClient, name: str) -> Any:
    def service(*arguments: Any, **named: Any) -> Any:
        return client.call_blocking(name, arguments, named)

    return service


def _manager(client: ServiceClient, name: str) -> Any:
    class Service:
        def __init__(self, *arguments: Any, **named: Any) -> None:
            self._given = arguments, named
            self._instance = client.next_instance()

        async def __aenter__(self) -> Any:
            return await client.call(name, "enter", self._instance, *self._given)

        async def __aexit__(self, kind: Any, error: Any, trace: Any) -> Any:
            how = (kind and kind.__name__,)
            return await client.call(name, "exit", self._instance, how, {})

    return Service


def _generator(client: ServiceClient, name: str) -> Any:
    async def service(*arguments: Any, **named: Any) -> Any:
        instance = client.next_instance()
        try:
            while True:
                more, value = await client.call(name, "next", instance, arguments, named)
                if not more:
                    return
                yield value
        finally:
            client.notify(name, "close", instance)

    return service


_KINDS = {
    "function": _function,
    "blocking": _blocking,
    "manager": _manager,
    "generator": _generator,
}
