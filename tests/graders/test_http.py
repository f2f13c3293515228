"""The HTTP service answers every client within bounds, and a proof overlooks nothing."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest_asyncio

from graders.kit.kernel.tcp import nothing_in_kernel
from graders.kit.services.http_connection import MAX_BODY_BYTES, HttpConnection, Reply, Request

HELLO = b"HTTP/1.1 200 \r\ncontent-type: application/octet-stream\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Served:
    """A connection with a client who is the test."""

    client: socket.socket
    connection: HttpConnection
    requests: list[Request] = field(default_factory=list)
    has_request: asyncio.Event = field(default_factory=asyncio.Event)
    is_gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.client, data)

    async def receive(self, end: bytes = b"") -> bytes:
        """Return what was answered up to `end`, or up to the end of the connection."""
        found = b""
        async with asyncio.timeout(10):
            while not end or not found.endswith(end):
                data = await asyncio.get_running_loop().sock_recv(self.client, 65_536)
                if not data:
                    break
                found += data
        return found


@pytest_asyncio.fixture
async def served() -> AsyncIterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
    client.setblocking(False)

    def on_request(connection: HttpConnection, request: Request) -> None:
        served.requests.append(request)
        served.has_request.set()
        if request.path != "/held":
            connection.respond(Reply(b"ok"))

    served = Served(client, None)  # type: ignore[arg-type]
    served.connection = HttpConnection(ours, 1, on_request, lambda connection: served.is_gone.set())
    yield served
    served.connection.close()
    client.close()


def request(path: str = "/", *headers: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: a", *headers, "", ""]
    return "\r\n".join(lines).encode()


async def test_requests_on_one_connection_are_answered_in_turn(served: Served) -> None:
    await served.send(request("/a") + request("/b") + request("/c", "connection: close"))

    assert await served.receive() == HELLO * 2 + HELLO.replace(
        b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"
    )
    assert [request.path for request in served.requests] == ["/a", "/b", "/c"]


async def test_a_body_comes_in_pieces_or_chunks(served: Served) -> None:
    await served.send(request("/", "transfer-encoding: chunked", method="POST"))
    await served.send(b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
    await served.receive(b"ok")
    await served.send(request("/", "content-length: 2", "expect: 100-continue", method="POST"))
    assert b" 100 " in await served.receive(b"\r\n\r\n")
    await served.send(b"de")
    await served.receive(b"ok")

    assert [request.body for request in served.requests] == [b"abc", b"de"]


async def test_an_answer_to_head_has_no_body(served: Served) -> None:
    await served.send(request(method="HEAD"))

    assert await served.receive(b"\r\n\r\n") == HELLO.removesuffix(b"ok")


async def test_data_that_is_not_http_is_refused(served: Served) -> None:
    await served.send(b"\x16\x03\x01 hello\r\n\r\n")

    assert (await served.receive()).startswith(b"HTTP/1.1 400 ")
    assert served.requests == []


async def test_a_head_too_large_is_refused(served: Served) -> None:
    await served.send(b"GET / HTTP/1.1\r\nx: " + b"a" * 40_000)

    assert (await served.receive()).startswith(b"HTTP/1.1 431 ")


async def test_a_body_too_large_is_refused(served: Served) -> None:
    await served.send(request("/", f"content-length: {2 * MAX_BODY_BYTES}", method="POST"))
    sending = asyncio.create_task(served.send(bytes(2 * MAX_BODY_BYTES)))

    await asyncio.wait_for(served.is_gone.wait(), 10)

    await asyncio.wait([sending])
    sending.exception()
    assert served.requests == []


async def test_a_client_that_sends_too_much_while_held_is_disconnected(served: Served) -> None:
    await served.send(request("/held") + request("/more") * 3000)

    await asyncio.wait_for(served.is_gone.wait(), 10)

    assert [request.path for request in served.requests] == ["/held"]


async def test_a_client_that_leaves_is_noticed(served: Served) -> None:
    await served.send(request("/held"))
    await asyncio.wait_for(served.has_request.wait(), 10)

    served.client.close()

    await asyncio.wait_for(served.is_gone.wait(), 10)
    assert [request.path for request in served.requests] == ["/held"]


async def test_an_illegal_header_of_the_suite_is_an_error_for_the_client(served: Served) -> None:
    await served.send(request("/held"))
    await asyncio.wait_for(served.has_request.wait(), 10)

    served.connection.respond(Reply(headers=(("x", "a\r\nb"),)))

    assert (await served.receive(b"\r\n\r\n")).startswith(b"HTTP/1.1 500 ")


async def test_the_kernel_shows_what_it_has_to_deliver() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        is_idle = [nothing_in_kernel(os.getpid(), port)]
        with socket.create_connection(("127.0.0.1", port)) as client:
            is_idle.append(nothing_in_kernel(os.getpid(), port))  # not accepted
            accepted, _ = listener.accept()
            with accepted:
                is_idle.append(nothing_in_kernel(os.getpid(), port))
                client.sendall(b"x")
                is_idle.append(nothing_in_kernel(os.getpid(), port))  # sent, and not read by us
                accepted.recv(1)
                accepted.sendall(b"y")  # what the program has not read is its own affair
                async with asyncio.timeout(10):
                    while not nothing_in_kernel(os.getpid(), port):  # until it is acknowledged  # noqa: ASYNC110  the kernel tells nobody
                        await asyncio.sleep(0.01)

    assert is_idle == [True, False, True, False]


def test_an_unreadable_network_is_no_proof() -> None:
    assert not nothing_in_kernel(2**22 + 1, 80)
