"""HTTP APIs with every client, files and FIFOs."""

from graders.kit import (
    HANG_UP,
    NEVER,
    ONE_BY_ONE,
    SILENCE,
    Conductor,
    Reply,
    Request,
    Solution,
    require,
)

PEOPLE = {"/a": ["Ana"], "/b": {"n": 2}, "/c": None}


def urls(api):
    return [api.url + path for path in ("/a", "/b", "/c")]


async def test_httpx(solution: Solution, conductor: Conductor) -> None:
    api = conductor.http("api", PEOPLE, hold_until=3, release_order=["/c", "/a", "/b"])

    run = await solution.call("con_httpx", urls(api))

    run.must_have_overlapped(api, 3)
    require(run.must_return() == [["Ana"], {"n": 2}, None], "valores", "values")
    run.must_have_asked(api, ("/a",), ("/b",), ("/c",))
    run.must_not_have_blocked()


async def test_aiohttp(solution: Solution, conductor: Conductor) -> None:
    api = conductor.http("api", PEOPLE, hold_until=3)

    run = await solution.call("con_aiohttp", urls(api))

    run.must_have_overlapped(api, 3)
    require(run.must_return() == [["Ana"], {"n": 2}, None], "valores", "values")


async def test_urllib_in_threads(solution: Solution, conductor: Conductor) -> None:
    api = conductor.http("api", {p: p.encode() for p in PEOPLE}, hold_until=3)

    run = await solution.call("con_hilos", urls(api))

    run.must_have_overlapped(api, 3)
    require(run.must_return() == ["/a", "/b", "/c"], "valores", "values")


async def test_requests_one_after_another(solution: Solution, conductor: Conductor) -> None:
    api = conductor.http("api", {"/a": 1, "/b": Reply(b"", 503)}, hold_until=3)

    run = await solution.call("con_requests", urls(api))

    require(run.must_return() == [200, 503, 404], "valores", "values")
    require(api.came_short == 1, f"{api.came_short}", f"{api.came_short}")
    connections = {call.connection for call in run.evidence.of("api")}
    require(connections == {1}, f"conexiones {connections}", f"connections {connections}")


async def test_closed_connection(solution: Solution, conductor: Conductor) -> None:
    api = conductor.http("api", {**PEOPLE, "/b": HANG_UP})

    run = await solution.call("con_httpx", urls(api))

    value = run.must_return()
    require(value == [["Ana"], "RemoteProtocolError", None], f"{value}", f"{value}")


async def test_client_leaves(solution: Solution, conductor: Conductor) -> None:
    api = conductor.http("api", {"/a": SILENCE})

    run = await solution.call("con_limite", api.url + "/a", 0.3)

    require(run.must_return() == "tarde", "valor", "value")
    await run.must_settle()
    # On a busy machine the client's limit may be over before it has asked at all.
    how = {call.how for call in run.evidence.of("api")}
    require(how <= {"cancelled"}, f"fin {how}", f"end {how}")


async def test_never_answered(solution: Solution, conductor: Conductor) -> None:
    api = conductor.http("api", PEOPLE, hold_until=NEVER)

    run = await solution.call("con_limite", api.url + "/a", 0.3)

    require(run.must_return() == "tarde", "valor", "value")


async def test_what_was_sent(solution: Solution, conductor: Conductor) -> None:
    def answer(request: Request) -> object:
        key = dict(request.headers).get("x-clave", "")
        return Reply(b"", 201, (("x-visto", f"{request.method} {key} {request.body.decode()}"),))

    api = conductor.http("api", answer)

    run = await solution.call("enviar", api.url + "/x?y=1", {"a": [1]})

    status, seen = run.must_return()
    require(status == 201, "estado", "status")
    require(seen.replace(" ", "") == 'POST7{"a":[1]}', seen, seen)
    require(run.evidence.of("api")[0].shown == "POST /x?y=1", "línea", "line")


async def test_fifos(solution: Solution, conductor: Conductor) -> None:
    files = conductor.fifos("archivos", {f"{n}.txt": f"año {n}\n" for n in "abc"}, hold_until=3)

    run = await solution.call("leer_archivos", files.paths)

    run.must_have_overlapped(files, 3)
    require(run.must_return() == ["año a\n", "año b\n", "año c\n"], "valores", "values")


async def test_fifo_read_twice(solution: Solution, conductor: Conductor) -> None:
    files = conductor.fifos("archivos", {"grande.txt": "x" * 200_000})

    run = await solution.call("leer_dos_veces", files.paths[0])

    value = run.must_return()
    require(value == ["x" * 200_000] * 2, f"{len(value)}", f"{len(value)}")


async def test_fifos_opened_together_and_read_late(
    solution: Solution, conductor: Conductor
) -> None:
    texts = {f"{n}.txt": f"año {n}\n" for n in "abcd"}
    files = conductor.fifos(
        "archivos", texts, hold_until=ONE_BY_ONE, release_order=list(texts)[::-1]
    )

    run = await solution.call("leer_tarde", files.paths)

    value = run.must_return()
    require(value == [list(texts.values()), [""] * 4], f"{value}", f"{value}")
    opened = len(run.evidence.of("archivos"))
    require(opened == 4, f"abiertos {opened}", f"opened {opened}")


async def test_fifo_opened_again_while_it_is_open(solution: Solution, conductor: Conductor) -> None:
    files = conductor.fifos("archivos", {"a.txt": "año\n", "b.txt": "otro"})

    run = await solution.call("leer_sin_cerrar", files.paths[0])

    value = run.must_return()
    require(value == ["año\n", "año\n", ""], f"{value}", f"{value}")


async def test_files(solution: Solution, conductor: Conductor) -> None:
    path = conductor.file("datos/a.txt", "ñ".encode("latin-1"))

    run = await solution.call("existe", path)

    require(run.must_return() == b"\xf1", "valor", "value")
