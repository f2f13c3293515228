"""The client of a server's API, where a server or a network answers as none of ours would."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from semaforo import api_client
from semaforo.api_client import ApiClient
from semaforo.server_options import connect
from semaforo.terminal import CommandError

RUNNING, DONE = {"state": "running"}, {"state": "done"}


class Scripted:
    """A server that gives these answers in turn, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], str]] = []
        self.asked = 0
        self.client = ApiClient("", "sem_x", "en")

    def add(self, body: Any, status: int = 200, **headers: str) -> None:
        self.answers.append((status, headers, body if isinstance(body, str) else json.dumps(body)))

    def wait(self, seconds: float) -> Any:
        return self.client.get_until("/x", lambda state: state["state"] == "done", seconds)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    found = Scripted()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = found.answers[min(found.asked, len(found.answers) - 1)]
            found.asked += 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    monkeypatch.setattr(api_client, "_POLL_SECONDS", 0.001)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.client = ApiClient(f"http://127.0.0.1:{server.server_address[1]}", "sem_x", "en")
        yield found
        server.shutdown()
        thread.join()


def test_what_is_not_done_is_asked_again_until_it_is(scripted: Scripted) -> None:
    for answer in (RUNNING, RUNNING, DONE, RUNNING):
        scripted.add(answer)

    assert scripted.wait(60) == DONE
    assert scripted.asked == 3


def test_the_wait_ends_with_its_seconds(scripted: Scripted) -> None:
    scripted.add(RUNNING)

    assert scripted.wait(0.05) == RUNNING


def test_without_seconds_it_is_asked_once(scripted: Scripted) -> None:
    scripted.add(RUNNING)

    assert scripted.wait(0) == RUNNING
    assert scripted.asked == 1


def test_a_pause_longer_than_the_wait_is_a_refusal(scripted: Scripted) -> None:
    scripted.add(RUNNING)
    scripted.add({"title": "Too often.", "detail": "Later."}, 429, Retry_After="20")
    scripted.add(DONE)

    with pytest.raises(CommandError, match=r"Too often\. Later\. \(429\)"):
        scripted.wait(10)


def test_a_pause_within_the_wait_is_made(
    scripted: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    scripted.add(RUNNING)
    scripted.add({"title": "Too often.", "detail": "Later."}, 429, Retry_After="1")
    scripted.add(DONE)

    assert scripted.wait(60) == DONE
    assert capsys.readouterr().err == "The server asked to wait; trying again in 1 s.\n"


def test_an_answer_that_is_no_json_is_one_sentence(scripted: Scripted) -> None:
    scripted.add("<html>Sign in to this network</html>")

    with pytest.raises(CommandError, match="does not answer as Semáforo does"):
        scripted.client.get("/x")


def test_a_refusal_cannot_write_to_the_terminal(scripted: Scripted) -> None:
    scripted.add({"title": "No.", "detail": "git said:\n\x1b[2Jfatal"}, 422)

    with pytest.raises(CommandError) as refused:
        scripted.client.get("/x")

    assert str(refused.value) == r"git said: \x1b[2Jfatal (422)"


@pytest.mark.parametrize("token", ["contraseña", "sem_a\nsem_b", "sem_\x1b[2J"])
def test_a_token_that_no_header_carries_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(CommandError, match="not one that a server gives") as refused:
        connect("http://127.0.0.1:9", token)

    assert token not in str(refused.value)


def test_the_line_end_of_a_token_from_a_file_is_left_out() -> None:
    assert connect("http://127.0.0.1:9", " sem_x\n").token == "sem_x"  # noqa: S105 - no secret
