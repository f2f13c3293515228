"""Scripts, mains, their output; other processes and threads; the student's own classes."""

import asyncio
from datetime import timedelta

from graders.kit import Conductor, Member, Raised, Record, Solution, require

RED, GREEN = Member("Color", "ROJO"), Member("Color", "VERDE")


async def test_script(solution: Solution) -> None:
    run = await solution.run_script("a", "b", stdin="uno\ndos\n")

    require(run.must_return() == 3, "estado", "status")
    require(run.output == ["uno", "dos"], f"{run.output}", f"{run.output}")


async def test_main_with_its_own_loop(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", lambda number: number * 2, hold_until=3)

    run = await solution.call_main("main", consulta)

    run.must_have_overlapped(consulta, 3)
    require(run.must_return() == [0, 2, 4], "valores", "values")
    require(run.output == ["empieza"], "salida", "output")


async def test_output_as_it_comes(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", lambda number: "ya", hold_until="quiet")

    def on_answer(number: object) -> str:
        seen.append(list(solution.output))
        return "ya"

    seen: list[list[str]] = []
    consulta = conductor.service("consulta", on_answer, hold_until="quiet")
    run = await solution.call_main("main_async", consulta)

    run.must_return()
    require(seen == [["antes"]], f"{seen}", f"{seen}")
    require(run.output == ["antes", "después ya"], f"{run.output}", f"{run.output}")


async def test_loop_in_a_thread(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", lambda number: number)

    one = await solution.call_main("en_un_hilo", consulta)

    require(one.must_return() == [5], "valor", "value")


async def test_processes(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service(
        "consulta", lambda n: n * n, kind="blocking", hold_until=3, from_processes=True
    )

    run = await solution.call("en_procesos", consulta)

    require(run.must_return() == [0, 1, 4], "valores", "values")
    many = run.evidence.processes("consulta")
    require(many == 3, f"{many} procesos", f"{many} processes")
    require({call.process for call in run.evidence.calls} == {2, 3, 4}, "procesos", "processes")


async def test_lock_and_processors(solution: Solution) -> None:
    run = await solution.call("con_bloqueo")

    require(run.must_return() == 4, "procesadores", "processors")


async def test_own_classes_travel(solution: Solution) -> None:
    order = Record("Pedido", {"numero": 1, "color": RED})

    run = await solution.call("repite", order)

    other = Record("Pedido", {"numero": 2, "color": GREEN})
    require(run.must_return() == [order, other], f"{run.must_return()}", f"{run.must_return()}")
    time = await solution.call("suma", timedelta(days=1), 2)
    require(time.must_return() == timedelta(days=1, hours=2), "tiempo", "time")


async def test_arguments_of_exceptions(solution: Solution, conductor: Conductor) -> None:
    def fail(number: object) -> None:
        raise Raised("ErrorDeRed", "caída", 3)

    error = (await solution.call("falla", None)).outcome.error
    run = await solution.call("insiste", conductor.service("consulta", fail))

    require(error is not None and error.args == ("no", 7), "argumentos", "arguments")
    require(run.must_return() == ("caída", 3), "argumentos", "arguments")


async def test_services_in_a_list(solution: Solution, conductor: Conductor) -> None:
    services = [conductor.service(f"s{n}", lambda _, n=n: n, hold_until="quiet") for n in range(3)]

    run = await solution.call("llama_a_todas", services)

    require(run.must_return() == [0, 1, 2], "valores", "values")
    await asyncio.sleep(0)


async def test_fastapi(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", str.upper, kind="manager", hold_until=3)
    app = (await solution.make("crear_app", consulta)).app()

    responses = await asyncio.gather(*[app.get(f"/{number}") for number in range(3)])

    found = [response.json() for response in responses]
    require(found == [[0, "C"], [2, "C"], [4, "C"]], f"{found}", f"{found}")


async def test_own_tests(solution: Solution, conductor: Conductor) -> None:
    conductor.file("reservas.py", "def doble(n):\n    return n * 2 if n < 3 else 0\n")

    run = await solution.run_tests()

    found = dict(run.must_return())
    wanted = {"test_que_pasa": "passed", "test_que_falla": "failed"}
    require(found == wanted, f"{found}", f"{found}")
