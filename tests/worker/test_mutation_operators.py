"""Each operator makes its change, and leaves the rest of the text as it is."""

import ast

import pytest

from graders.catalogue.samples import Sample
from worker.authoring.mutation.catalogue import OPERATORS
from worker.authoring.mutation.mutants import Mutant, make_mutants

# Operator, the body of an async function, and the changes that the operator makes.
CASES = [
    ("drop-await", "return await f()", ["- return await f()\n+ return f()"]),
    ("ask-twice", "x = await f()\nreturn x", ["+ await f()\n  x = await f()"]),
    (
        "reorder-awaits",
        "await f()\nawait g()",
        ["+ await g()\n- await g()"],
    ),
    (
        "drop-timeout",
        "await asyncio.wait_for(f(), 2)",
        ["- await asyncio.wait_for(f(), 2)\n+ await asyncio.wait_for(f(), None)"],
    ),
    ("drop-shield", "await asyncio.shield(f())", ["- await asyncio.shield(f())\n+ await f()"]),
    ("blocking-sleep", "await asyncio.sleep(2)", ["- await asyncio.sleep(2)\n+ time.sleep(2)"]),
    ("block-loop", "return f()", ["+ time.sleep(0.3)\n  return f()"]),
    (
        "busy-loop",
        "return f()",
        [
            "+ _end = time.thread_time() + 0.3\n+ while time.thread_time() < _end:\n+     pass\n"
            "  return f()"
        ],
    ),
    ("block-at-end", "x = f()\nreturn x", ["+ time.sleep(0.3)\n  return x"]),
    ("join-thread", "return f()", ["+ @_joined\n  async def run(xs):"]),
    (
        "leave-thread",
        "return await asyncio.to_thread(f, 1)",
        ["- return await asyncio.to_thread(f, 1)\n+ return await _on_the_loop(f, 1)"],
    ),
    (
        "join-worker",
        "await loop.run_in_executor(None, f)",
        ["- await loop.run_in_executor(None, f)\n+ await _thread_joined(f)"],
    ),
    (
        "sequential-gather",
        "await asyncio.gather(*xs)",
        ["- await asyncio.gather(*xs)\n+ await _one_by_one(*xs)"],
    ),
    (
        "batches",
        "await asyncio.gather(*xs)",
        ["- await asyncio.gather(*xs)\n+ await _in_batches(*xs)"],
    ),
    (
        "by-arrival",
        "await asyncio.gather(f(), g())",
        ["- await asyncio.gather(f(), g())\n+ await _by_arrival(f(), g())"],
    ),
    (
        "bounded-gather",
        "await asyncio.gather(*xs)",
        ["- await asyncio.gather(*xs)\n+ await _bounded_gather(*xs)"],
    ),
    ("batches", "await asyncio.gather(f(), g())", []),
    ("sequential-gather", "await asyncio.gather(*[pool.submit(f) for x in xs])", []),
    (
        "bounded-tasks",
        "for x in xs:\n    group.create_task(f(x))",
        ["- group.create_task(f(x))\n+ group.create_task(_bounded(f(x)))"],
    ),
    ("bounded-tasks", "group.create_task(f())", []),
    (
        "sequential-tasks",
        "t = group.create_task(f())",
        ["- t = group.create_task(f())\n+ t = (await _finished(group.create_task(f())))"],
    ),
    (
        "sequential-start",
        "group.start_soon(f, 1)",
        ["- group.start_soon(f, 1)\n+ await f(1)"],
    ),
    (
        "concurrent-list",
        "return [await f(x) for x in xs]",
        [
            "- return [await f(x) for x in xs]\n"
            "+ return list(await asyncio.gather(*[f(x) for x in xs]))"
        ],
    ),
    (
        "concurrent-loop",
        "for x in xs:\n    await f(x)",
        [
            "- for x in xs:\n+ async def _round(x):\n"
            "+ await asyncio.gather(*[_round(x) for x in xs])"
        ],
    ),
    (
        "concurrent-awaits",
        "a = await f()\nb = await g()\nreturn a, b",
        ["+ a, b = await asyncio.gather(f(), g())\n- a = await f()\n- b = await g()"],
    ),
    (
        "return-exceptions",
        "await asyncio.gather(*xs)",
        ["- await asyncio.gather(*xs)\n+ await asyncio.gather(*xs, return_exceptions=True)"],
    ),
    (
        "return-exceptions",
        "await asyncio.gather(*xs, return_exceptions=True)",
        [
            "- await asyncio.gather(*xs, return_exceptions=True)\n"
            "+ await asyncio.gather(*xs, return_exceptions=False)"
        ],
    ),
    (
        "wait-for-others",
        "await asyncio.wait(xs)",
        [
            "- await asyncio.wait(xs)\n"
            "+ await asyncio.wait(xs, return_when=asyncio.FIRST_COMPLETED)"
        ],
    ),
    (
        "drop-lock",
        "async with lock:\n    f()",
        ["- async with lock:\n+ async with contextlib.nullcontext():"],
    ),
    (
        "swallow-error",
        "x = await f()\nreturn x",
        ["+ try:\n- x = await f()\n+     x = await f()\n+ except Exception:\n+     x = None"],
    ),
    ("swallow-error", "await asyncio.wait(xs)", []),
    ("swallow-error", "await asyncio.gather(*xs, return_exceptions=True)", []),
    ("repeated-once", "return [await x for x in xs]", []),
    ("sorted-items", "return [x.result() for x in xs]", []),
    ("concurrent-list", "return [await x for x in xs]", []),
    (
        "narrow-except",
        "try:\n    f()\nexcept (KeyError, ValueError):\n    g()",
        [
            "- except (KeyError, ValueError):\n+ except (ValueError,):",
            "- except (KeyError, ValueError):\n+ except (KeyError,):",
        ],
    ),
    (
        "widen-except",
        "try:\n    f()\nexcept KeyError:\n    g()",
        ["- except KeyError:\n+ except Exception:"],
    ),
    (
        "except-base",
        "try:\n    f()\nexcept Exception:\n    g()",
        ["- except Exception:\n+ except BaseException:"],
    ),
    ("raise-again", "try:\n    f()\nexcept KeyError:\n    g()", ["+ raise\n  g()"]),
    (
        "swallow-in-except",
        "try:\n    f()\nexcept KeyError:\n    g()\n    raise",
        ["- raise\n+ pass"],
    ),
    ("drop-raise", "raise KeyError", ["- raise KeyError\n+ pass"]),
    (
        "reorder-except",
        "try:\n    f()\nexcept A:\n    g()\nexcept B:\n    h()",
        ["+ except B:\n+     h()\n- except B:\n-     h()"],
    ),
    ("no-cause", "raise A from b", ["- raise A from b\n+ raise A"]),
    (
        "drop-finally",
        "try:\n    f()\nfinally:\n    g()",
        ["- finally:\n+ except BaseException:\n+     raise\n+ else:"],
    ),
    (
        "finally-on-error",
        "try:\n    f()\nfinally:\n    g()",
        ["- finally:\n+ except BaseException:\n+     raise"],
    ),
    ("drop-close", "f()\nawait c.aclose()", ["- await c.aclose()"]),
    ("drop-close", "try:\n    f()\nfinally:\n    g()", ["- g()\n+ pass"]),
    ("close-twice", "f()\nc.close()", ["+ c.close()"]),
    (
        "close-later",
        "await c.aclose()",
        ["- await c.aclose()\n+ asyncio.ensure_future(c.aclose())"],
    ),
    ("drop-cancel", "t.cancel()\nawait t", ["- t.cancel()"]),
    ("cancel-unawaited", "t.cancel()\nawait t", ["- await t"]),
    (
        "leave-never",
        "async with f() as c:\n    g(c)",
        ["- async with f() as c:\n+ c = await (f()).__aenter__()\n+ if True:"],
    ),
    ("keep-answer", "return f()", ["+ @_kept\n  async def run(xs):"]),
    ("keep-answer-by-argument", "return f()", ["+ @_kept_by_argument\n  async def run(xs):"]),
    ("share-state", "found = []\nreturn found", ["- found = []\n+ found = _shared"]),
    ("leave-last-out", "for x in xs:\n    f(x)", ["- for x in xs:\n+ for x in list(xs)[:-1]:"]),
    (
        "first-only",
        "return {x for x in xs}",
        ["- return {x for x in xs}\n+ return {x for x in list(xs)[:1]}"],
    ),
    ("repeated-once", "for x in xs:\n    f(x)", ["- for x in xs:\n+ for x in dict.fromkeys(xs):"]),
    ("sorted-items", "for x in xs:\n    f(x)", ["- for x in xs:\n+ for x in sorted(xs):"]),
    ("leave-loop-early", "for x in xs:\n    f(x)", ["+ break"]),
    (
        "off-by-one",
        "return len(xs) < 3",
        ["- return len(xs) < 3\n+ return len(xs) <= 3"],
    ),
    (
        "off-by-one",
        "return range(n)",
        ["- return range(n)\n+ return range(n + 1)", "- return range(n)\n+ return range(n - 1)"],
    ),
    ("other-number", "return 2", ["- return 2\n+ return 3"]),
    ("other-text", "return 'ñ'", ["- return 'ñ'\n+ return 'ñ?'"]),
    ("other-text", "raise KeyError('never shown')", []),
    ("other-flag", "return True", ["- return True\n+ return False"]),
    ("other-flag", "return zip(xs, xs, strict=True)", []),
    ("truth-for-none", "return x is None", ["- return x is None\n+ return not x"]),
    ("other-condition", "if x:\n    f()", ["- if x:\n+ if not (x):"]),
    ("return-none", "return f()", ["+ f()\n- return f()\n+ return None"]),
    ("return-early", "f()\ng()", ["+ return\n  g()"]),
    ("drop-statement", "f()\ng()", ["- f()", "- g()"]),
]  # fmt: skip


def make(source: str, *operators: str) -> list[Mutant]:
    sample = Sample("reference", {"solution.py": source.encode()})
    return make_mutants([sample], [OPERATORS[name] for name in operators])


def function(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"async def run(xs):\n{lines}"


@pytest.mark.parametrize(("name", "body", "changes"), CASES)
def test_an_operator_makes_its_change_and_no_other(
    name: str, body: str, changes: list[str]
) -> None:
    mutants = make(function(body), name)
    assert [mutant.change for mutant in mutants] == changes
    assert all(mutant.within == "run" for mutant in mutants)
    for mutant in mutants:
        ast.parse(mutant.files["solution.py"])


def test_every_operator_has_a_case_and_words_in_both_languages() -> None:
    assert {name for name, _, _ in CASES} == set(OPERATORS)
    for name, one in OPERATORS.items():
        assert one.name == name
        assert one.about.es.endswith(".")
        assert one.about.en.endswith(".")
        assert one.about.es != one.about.en


def test_the_text_stays_as_it_is_where_nothing_changes() -> None:
    source = (
        '"""Doc."""\n\nX = 1\n\nasync def run( xs ):  # ñ\n    return [ await x for x in xs ]\n'
    )
    (mutant,) = make(source, "drop-await")
    assert mutant.files["solution.py"].decode() == source.replace("await x ", "x ")


def test_what_a_change_needs_is_imported_once_and_after_the_imports() -> None:
    source = '"""Doc."""\n\nimport time\n\n\nasync def run():\n    return 1\n'
    (mutant,) = make(source, "block-loop")
    assert mutant.files["solution.py"].decode().count("import time") == 1
    (mutant,) = make(source, "keep-answer")
    lines = mutant.files["solution.py"].decode().splitlines()
    assert lines[2:7] == ["import time", "import functools", "", "", "def _kept(function):"]
    assert "import" not in mutant.change


def test_the_lines_of_a_declaration_do_not_depend_on_where_they_stand() -> None:
    (here,) = make("async def run():\n    await f()\n", "drop-await")
    (there,) = make(
        "X = 1\n\n\nasync def run():\n    if X:\n        while g():\n            await f()\n",
        "drop-await",
    )
    assert here.change == there.change


def test_a_mutant_of_two_samples_is_one() -> None:
    samples = [
        Sample("right_a", {"solution.py": b"async def run():\n    return await f()\n"}),
        Sample("right_b", {"solution.py": b'"""B."""\n\n\nasync def run():\n\n    return g()\n'}),
        Sample("right_c", {"solution.py": b"# C\nasync def run():\n    return await f()  # c\n"}),
    ]
    (mutant,) = make_mutants(samples, [OPERATORS["drop-await"]])
    assert mutant.samples == ("right_a", "right_c")


def test_a_mutant_that_is_a_right_sample_is_none() -> None:
    samples = [
        Sample("right_a", {"solution.py": b"async def run():\n    return await f()\n"}),
        Sample("right_b", {"solution.py": b"async def run():\n    # later\n    return f()\n"}),
    ]
    assert make_mutants(samples, [OPERATORS["drop-await"]]) == []


def test_what_does_not_compile_is_no_mutant() -> None:
    assert make("async def run():\n    if x:\n        g()\n", "leave-loop-early") == []
    source = "async def run():\n    async with f() as x: pass\n"
    assert all(compile(m.files["solution.py"], "m", "exec") for m in make(source, *OPERATORS))


def test_all_files_of_a_sample_are_changed() -> None:
    files = {"solution.py": b"async def run():\n    await f()\n", "kitchen.py": b"N = 1\n"}
    sample = Sample("reference", files)
    mutants = make_mutants([sample], [OPERATORS["drop-await"], OPERATORS["other-number"]])
    assert [(mutant.file, mutant.within) for mutant in mutants] == [
        ("solution.py", "run"),
        ("kitchen.py", ""),
    ]
    assert mutants[1].files == {**files, "kitchen.py": b"N = 2\n"}
