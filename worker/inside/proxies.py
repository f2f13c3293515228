"""Stand-ins for services, as the student's program holds them: the bodies run on the trusted side.

Every kind asks by the same frames, so that the trusted side sees each arrival and each ending:
an asynchronous function, a blocking one, an asynchronous context manager, an asynchronous
generator. `part` says which step of it is asked for.
"""

import sys
import types
from typing import Any

from .service_client import ServiceClient

# Where stand-ins live by name, so that pickle carries them to a process of a pool.
_HOME = types.ModuleType("servicios")


def make(client: ServiceClient, name: str, kind: str) -> Any:
    """Return the stand-in of a service."""
    service = _KINDS[kind](client, name)
    service.__name__ = service.__qualname__ = name
    service.__module__ = _HOME.__name__
    sys.modules[_HOME.__name__] = _HOME
    setattr(_HOME, name, service)
    return service


def _function(client: ServiceClient, name: str) -> Any:
    async def service(*arguments: Any, **named: Any) -> Any:
        return await client.ask(name, "", 0, arguments, named)

    return service


def _blocking(client: ServiceClient, name: str) -> Any:
    def service(*arguments: Any, **named: Any) -> Any:
        return client.ask_blocking(name, arguments, named)

    return service


def _manager(client: ServiceClient, name: str) -> Any:
    class Service:
        def __init__(self, *arguments: Any, **named: Any) -> None:
            self._given = arguments, named
            self._instance = client.next_instance()

        async def __aenter__(self) -> Any:
            return await client.ask(name, "enter", self._instance, *self._given)

        async def __aexit__(self, kind: Any, error: Any, trace: Any) -> Any:
            how = (kind and kind.__name__,)
            return await client.ask(name, "exit", self._instance, how, {})

    return Service


def _generator(client: ServiceClient, name: str) -> Any:
    async def service(*arguments: Any, **named: Any) -> Any:
        instance = client.next_instance()
        try:
            while True:
                more, value = await client.ask(name, "next", instance, arguments, named)
                if not more:
                    return
                yield value
        finally:
            client.tell(name, "close", instance)

    return service


_KINDS = {
    "function": _function,
    "blocking": _blocking,
    "manager": _manager,
    "generator": _generator,
}
