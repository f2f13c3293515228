"""A suite's own process: pytest collects it once, then a fork of it judges each grading run.

    python -m worker.grading.suite_server FD FOLDER (confined | loose) (kit | plain | inside) FILES…

Trusted, and therefore kept apart from the database and the queue: it knows one exercise. FD is a
SEQPACKET socket. It first says `{"checks": n, "lint": demands}` or `{"error": words}`; then each
message to it, with three descriptors (a stream for the results, the sandbox's control socket, the
submission in a sealed memory file), makes it fork one judge, or rehearse in its own process.
`{"ping": n}`, without descriptors, comes back as it is; `{"collected": true}`, with a stream, asks
what the checks are. It ends when the socket is closed. Before it collects, it confines itself
(worker/grading/confinement.py), or stays `loose`: for hosts where the operator has given up
protections. FILES are those that students hand in; a `plain` suite imports them as modules,
and one that is `inside` does so in the sandbox itself.
"""

import asyncio
import gc
import json
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from graders.catalogue.manifest import find_suite
from graders.kit.checks.marks import find_faults, marks_of
from graders.kit.checks.plain import name_of_plain, remember_error, remember_part
from graders.kit.checks.pytest_plugin import Fixtures, Sandboxed
from graders.kit.checks.running import name_of, run_checks
from graders.kit.lint import demands_of
from graders.kit.program.link import SandboxLink
from graders.limits import Limits
from graders.report import CheckResult
from graders.text import LANGUAGES, Text
from worker.grading.author_requests import collected, judge_for_author
from worker.grading.confinement import confine
from worker.grading.inside_suite import InsideSuite
from worker.grading.judge_request import JUDGE_MARGIN_SECONDS, AuthorOptions
from worker.grading.kit_checks import as_kit_checks, kit_check_faults
from worker.grading.lint_checks import add_lint_checks
from worker.grading.plain_suite import PlainSuite
from worker.grading.pytest_internals import copy_unused, is_left_out
from worker.grading.suite_errors import (
    SuiteError,
    describe_error,
    duplicate_check_errors,
    is_no_room,
    text_to_json,
)
from worker.inside import linux

MAX_REQUEST = 65_536
# Order of the OOM killer: programs first, then judges and suites, the worker last.
SCORE, SCORE_OF_JUDGES = 300, 500
_OPTIONS = [
    *("-p", "no:cacheprovider"),
    # An author's configuration does not apply here, and a conftest.py is loaded once confined.
    *("-c", os.devnull, "--noconftest"),
    *("-q", "-s", "--no-header", "--tb=short"),
]
_OF_STYLE = {
    "kit": ["-p", "no:asyncio"],  # the checks share one loop of ours
    "plain": ["-p", "pytest_asyncio.plugin", "-p", "no:warnings"],
    "inside": ["-p", "pytest_asyncio.plugin", "-p", "no:warnings"],
}
# By this name plain suites have it refused.
_fork = os.fork


class Server:
    """pytest plugin: serves grading runs in place of running the collected checks once."""

    def __init__(
        self,
        requests: socket.socket,
        fixtures: Fixtures,
        suite: Path,
        plain: PlainSuite | None,
        *,
        is_confined: bool,
    ) -> None:
        self._requests, self._fixtures, self._suite = requests, fixtures, suite
        self._plain, self._is_confined = plain, is_confined
        self._errors: list[Text] = []
        self._callback_errors: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Confine this process before the first line of the exercise runs in it."""
        if self._is_confined:
            confine()
        if self._plain:
            try:
                self._plain.begin(session)
            except SuiteError as error:
                self._errors.append(error.words)
            except Exception as error:  # noqa: BLE001  of a suite anything may come
                self._errors.append(describe_error(error, self._suite.parent))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep collection errors, to report them to the worker."""
        if report.failed:
            self._errors.append(Text.same(str(report.longrepr)))

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Keep what ended a plain suite's test."""
        if self._plain:
            remember_error(item, call)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a failed part of a plain suite's test; a whole one is not reported so."""
        if self._plain:
            remember_part(report)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve until the socket is closed."""
        items = [item for item in session.items if isinstance(item, pytest.Function)]
        if not self._errors and not self._plain:
            self._errors += duplicate_check_errors(self._suite)
        naming = name_of_plain if self._plain else name_of
        self._errors += find_faults({naming(i): marks_of(i.function) for i in items})
        if self._plain:
            self._errors += kit_check_faults(items, is_inside=isinstance(self._plain, InsideSuite))
            items = as_kit_checks(items)
        if not self._errors:
            items = [item for item in items if not is_left_out(item)]  # skip, xfail
            self._errors += add_lint_checks(items, self._suite.parent)
        if self._errors or not items:
            why = self._errors or [_NO_CHECK]
            lines = ("\n".join(words.to(language) for words in why) for language in LANGUAGES)
            self._send({"error": dict(zip(LANGUAGES, lines, strict=True))})
            return True
        if self._plain:
            self._plain.prepare(items)
        self._send({"checks": len(items), "lint": demands_of([item.obj for item in items])})
        gc.collect()
        gc.freeze()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            request, descriptors, _, _ = socket.recv_fds(self._requests, MAX_REQUEST, 3)
            if not request:
                return True
            wanted = json.loads(request)
            self._serve(items, wanted, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)

    def _serve(
        self, items: list[pytest.Function], wanted: dict[str, Any], descriptors: list[int]
    ) -> None:
        if "ping" in wanted:
            self._send(wanted)
        elif "collected" in wanted:
            with suppress(OSError), socket.socket(fileno=os.dup(descriptors[0])) as results:
                _write(results, {"collected": collected(items, is_plain=bool(self._plain))})
        elif wanted["rehearsal"]:
            self._rehearse(items, wanted, descriptors)
        else:
            self._fork_judge(items, wanted, descriptors)

    def _fork_judge(
        self, items: list[pytest.Function], request: dict[str, Any], descriptors: list[int]
    ) -> None:
        """Fork a judge, and send its pid or the reason why there is none."""
        request["suite"] = os.getpid()
        try:
            pid = _fork()
        except OSError as error:  # no process or memory left: only this run is affected
            words: dict[str, Any] = _failure(error, self._suite.parent)
        else:
            if pid == 0:
                self._judge(items, request, descriptors)
            words = {"judge": pid}
        with suppress(OSError), socket.socket(fileno=os.dup(descriptors[0])) as results:
            _write(results, words)

    def _rehearse(
        self, items: list[pytest.Function], request: dict[str, Any], descriptors: list[int]
    ) -> None:
        """Judge one run in this process itself, so that every later fork begins warm.

        A fresh fork would else meet every line of the kit for the first time: measured, 24 ms of
        processor for a run of six checks, and 6 ms after one rehearsal.
        """
        results, control = (socket.socket(fileno=os.dup(d)) for d in descriptors[:2])
        with control, results:
            try:
                if self._plain:
                    say = partial(_write, results)
                    self._plain.judge(request, control, descriptors[2], say)
                else:
                    run = self._run(copy_unused(items), request, control, descriptors[2], results)
                    asyncio.run(asyncio.wait_for(run, request["seconds"]))
                _write(results, {"done": True, "cpu_seconds": 0.0})
            except Exception as error:  # noqa: BLE001  one that fails has judged nobody
                _write(results, _failure(error, self._suite.parent))
        self._callback_errors.clear()
        gc.collect()
        gc.freeze()

    def _send(self, words: dict[str, Any]) -> None:
        self._requests.send(json.dumps(words)[:60_000].encode())

    def _judge(
        self, items: list[pytest.Function], request: dict[str, Any], descriptors: list[int]
    ) -> None:
        """In the fork: judge one run, write the results and exit; never return."""
        results = socket.socket(fileno=descriptors[0])
        try:
            _end_with_parent(request["suite"])
            linux.raise_oom_score(SCORE_OF_JUDGES)
            # Of processor time. A judge that uses less and does not end is killed by the worker,
            # which knows how long it waited for a processor.
            signal.setitimer(signal.ITIMER_PROF, request["seconds"])
            self._requests.close()
            control = socket.socket(fileno=descriptors[1])
            if self._plain:
                program = descriptors[2]
                self._plain.judge(request, control, program, partial(_write, results))
            else:
                asyncio.run(self._run(items, request, control, descriptors[2], results))
            _write(results, {"done": True, "cpu_seconds": time.process_time()})
        except BaseException as error:  # noqa: BLE001  the fork must not go on into pytest's end
            _write(results, _failure(error, self._suite.parent))
        finally:
            os._exit(0)

    async def _run(
        self,
        items: list[pytest.Function],
        request: dict[str, Any],
        control: socket.socket,
        program: int,
        results: socket.socket,
    ) -> None:
        def on_check(result: CheckResult) -> None:
            _write(results, {"index": place[result.name], "check": result.to_dict()})

        # An error in one of our callbacks must not go unnoticed: it would cost a student points.
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._callback_errors.append(str(context)))
        place = {item.name.removeprefix("test_"): index for index, item in enumerate(items)}
        link = SandboxLink(control, request["starter"], request["first_file"])
        link.libraries = tuple(request["libraries"])
        link.watch()
        self._fixtures.sandboxed = Sandboxed(link, Limits(**request["limits"]), request["lint"])
        link.send_program(program)
        in_turn, seconds = request["in_turn"], request["seconds"] - JUDGE_MARGIN_SECONDS
        link.in_turn = in_turn
        if author_options := request["author_options"]:
            say = partial(_write, results)
            await judge_for_author(
                items, AuthorOptions(**author_options), say, in_turn=in_turn, seconds=seconds
            )
        else:
            await run_checks(items, on_check, in_turn=in_turn, seconds=seconds)
        link.close()
        link.must_have_had_processes()
        if self._callback_errors:
            raise RuntimeError("\n".join(self._callback_errors))


_NO_CHECK = Text("la suite no tiene ninguna comprobación", "the suite holds no check")


def _failure(error: BaseException, folder: Path) -> dict[str, Any]:
    return {"error": text_to_json(describe_error(error, folder)), "no_room": is_no_room(error)}


def _end_with_parent(parent: int | None = None) -> None:
    """Have the kernel end this process with its parent; now, if `parent` has ended already.

    Whoever starts a suite process holds its socket, which ends it too; a judge has nothing else.
    """
    linux.set_parent_death_signal()
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def _write(results: socket.socket, words: dict[str, Any]) -> None:
    results.sendall(json.dumps(words).encode() + b"\n")


def main() -> int:
    """Collect the suite and serve it; the exit status is pytest's."""
    _end_with_parent()
    linux.raise_oom_score(SCORE)
    requests = socket.socket(fileno=int(sys.argv[1]))
    folder = Path(sys.argv[2])
    suite = find_suite(folder, folder.name)
    fixtures = Fixtures()
    confined, style, *files = sys.argv[3:]
    kinds = {"plain": PlainSuite, "inside": InsideSuite}
    plain = kinds[style](suite, files) if style in kinds else None
    server = Server(requests, fixtures, suite, plain, is_confined=confined != "loose")
    plugins = [server, plain.fixtures if plain else fixtures]
    # Nothing above the exercise's folder is loaded: a conftest.py there is the author's.
    places = ["--rootdir", str(folder), "--confcutdir", str(folder)]
    return pytest.main([*_OPTIONS, *_OF_STYLE[style], *places, str(suite)], plugins=plugins)


if __name__ == "__main__":
    sys.exit(main())
